import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MINING_SCORE_NAMES, MINING_SCORES } from '../../../core/contracts/mining-scores.ts';
import { loadScore } from '../../../core/mine/score.ts';
import { score as confidence } from '../../../core/mine/scores/confidence.ts';
import { score as nearest } from '../../../core/mine/scores/nearest.ts';
import { score as similarity } from '../../../core/mine/scores/similarity.ts';
import { score as unanimity } from '../../../core/mine/scores/unanimity.ts';
import { makePrototypes, type Prototypes } from '../../../core/nets/prototypes.ts';
import { random } from '../../../core/tensor/random.ts';

const square = { width: 2, classes: 2, centre: Float32Array.of(1, 1), directions: Float32Array.of(1, 0, 0, 1) };
/** Three labelled images of class 0 to the right of the centre (0, 0), two of class 1 above it, one of class 1 far left. */
const crowd = makePrototypes(
  Float32Array.of(2, 0, 4, 0, 6, 0, 0, 3, 0, 5, -12, -8),
  Int32Array.of(0, 0, 0, 1, 1, 1),
  2,
  'neighbours',
);
const even = Float32Array.of(0.5, 0.5);
const similarityOf = (x: number, y: number, prototypes = square) =>
  similarity([{ embedding: Float32Array.of(x, y), probabilities: even, prototypes }]);

describe('the scores that can be mined by', () => {
  it('have their code, and there is no code that cannot be asked for', async () => {
    const files = await readdir(new URL('../../../core/mine/scores/', import.meta.url));
    expect(files.sort()).toEqual(MINING_SCORE_NAMES.map((name) => `${name}.ts`).sort());
  });

  it.each(MINING_SCORE_NAMES)(
    '%s stays in the range that it declares, or a histogram bin would not exist',
    async (name) => {
      const score = await loadScore(name);
      const [low, high] = MINING_SCORES[name].range;
      const draw = random('scores', name);
      for (let i = 0; i < 200; i++) {
        const first = draw.next();
        const opinion = () => ({
          embedding: Float32Array.from({ length: 2 }, () => 10 * draw.next() - 5),
          probabilities: Float32Array.of(first, 1 - first),
          prototypes: crowd,
        });
        const scored = score(Array.from({ length: 1 + (i % 3) }, opinion));
        expect(scored.score).toBeGreaterThanOrEqual(low);
        expect(scored.score).toBeLessThanOrEqual(high);
        expect([0, 1]).toContain(scored.label);
      }
    },
  );
});

describe('similarity', () => {
  it('measures the angle from the centre and not the length', () => {
    expect(similarityOf(1.5, 1)).toEqual({ label: 0, score: 1 });
    expect(similarityOf(101, 1)).toEqual(similarityOf(1.5, 1));
    expect(similarityOf(1 + 3, 1 + 4).label).toBe(1);
    expect(similarityOf(1 + 3, 1 + 4).score).toBeCloseTo(0.8, 6);
  });

  it('gives the lower class on a tie, or two machines would mine different labels', () => {
    expect(similarityOf(2, 2).label).toBe(0);
  });

  it('is 0 for an embedding at the centre, not NaN', () => {
    expect(similarityOf(1, 1)).toEqual({ label: 0, score: 0 });
  });

  it('stays inside [-1, 1] whatever rounding does', () => {
    const directions = Float32Array.of(-1.0000001, 0, -1.0000001, 0);
    expect(similarityOf(3, 1, { ...square, directions }).score).toBe(-1);
  });
});

describe('confidence', () => {
  it('is the probability of the likeliest class, wherever the embedding lies', () => {
    const opinion = {
      embedding: Float32Array.of(9, 1),
      probabilities: Float32Array.of(0.25, 0.75),
      prototypes: square,
    };
    expect(similarity([opinion]).label).toBe(0);
    expect(confidence([opinion])).toEqual({ label: 1, score: 0.75 });
  });

  it('gives the lower class on a tie, or two machines would mine different labels', () => {
    const opinion = { embedding: Float32Array.of(0, 0), probabilities: even, prototypes: square };
    expect(confidence([opinion]).label).toBe(0);
  });
});

describe('nearest', () => {
  const nearestTo = (x: number, y: number, prototypes: Prototypes = crowd) =>
    nearest([{ embedding: Float32Array.of(x, y), probabilities: even, prototypes }]);

  it('counts every near labelled image by its cosine, and those on the other side not at all', () => {
    // There are fewer than ten, so all six are asked: three in the very direction, two at a right angle, one behind.
    expect(nearestTo(9, 0).label).toBe(0);
    expect(nearestTo(9, 0).score).toBeCloseTo(3 / 6, 6);
    expect(nearestTo(0, 1).label).toBe(1);
    expect(nearestTo(0, 1).score).toBeCloseTo(2 / 6, 6);
    expect(nearestTo(3, 4).score).toBeCloseTo((3 * 0.6) / 6, 6);
  });

  it('asks ten and no more, or a large class would win wherever an image lies', () => {
    const rightwards = Array.from({ length: 10 }, () => [1, 0]);
    const upwards = Array.from({ length: 30 }, () => [0.1, 1]);
    const away = [[-13, -30]];
    const embeddings = Float32Array.from([...rightwards, ...upwards, ...away].flat());
    const labels = Int32Array.from({ length: 41 }, (_, i) => (i < 10 ? 0 : 1));
    const { label, score } = nearestTo(3, 0.2, makePrototypes(embeddings, labels, 2, 'neighbours'));
    expect(label).toBe(0);
    expect(score).toBeGreaterThan(0.99);
  });

  it('is no surer of a copy of one labelled image than of any other image there', () => {
    const lone = makePrototypes(
      Float32Array.from([[8, 8], ...Array.from({ length: 20 }, (_, i) => [i % 2 === 0 ? 1 : -1, -0.8])].flat()),
      Int32Array.from({ length: 21 }, (_, i) => (i === 0 ? 0 : 1)),
      2,
      'neighbours',
    );
    expect(nearestTo(8, 8, lone).score).toBeLessThan(0.2);
  });

  it('says what is missing where a net was trained without its neighbours', () => {
    expect(() => nearestTo(1, 1, square)).toThrow('hold no labelled images');
  });
});

describe('several nets', () => {
  const says = (x: number, y: number, first: number) => ({
    embedding: Float32Array.of(1 + x, 1 + y),
    probabilities: Float32Array.of(first, 1 - first),
    prototypes: square,
  });

  it('give the label that is likeliest on average, not that of the loudest net', () => {
    const scored = similarity([says(1, 0, 0.5), says(0.6, 0.8, 0.5), says(0.6, 0.8, 0.5)]);
    expect(scored.label).toBe(0);
    expect(scored.score).toBeCloseTo((1 + 0.6 + 0.6) / 3, 6);
    expect(confidence([says(0, 0, 0.875), says(0, 0, 0.5)])).toEqual({ label: 0, score: 0.6875 });
  });

  it('that agree come before all that do not, however sure those are', () => {
    const agreeing = unanimity([says(0, 0, 0.625), says(0, 0, 0.625)]);
    const torn = unanimity([says(0, 0, 1), says(0, 0, 0.25)]);
    expect([agreeing.label, torn.label]).toEqual([0, 0]);
    expect(agreeing.score).toBeCloseTo((1 + 0.625) / 2, 6);
    expect(torn.score).toBeCloseTo(0.625 / 2, 6);
    expect(unanimity([says(0, 0, 1), says(0, 0, 1)]).score).toBe(1);
  });

  it('that agree are no surer of being right than what they say: one net alone always agrees with itself', () => {
    expect(unanimity([says(0, 0, 0.625)])).toEqual({ label: 0, score: 0.625, sureness: 0.625 });
    expect(unanimity([says(0, 0, 0.625), says(0, 0, 0.625)])).toMatchObject({ score: 0.8125, sureness: 0.625 });
  });
});
