import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { MINING_SCORE_NAMES, MINING_SCORES } from '../../../core/contracts/mining-scores.ts';
import { loadScore } from '../../../core/mine/score.ts';
import { score as confidence } from '../../../core/mine/scores/confidence.ts';
import { score as similarity } from '../../../core/mine/scores/similarity.ts';
import { random } from '../../../core/tensor/random.ts';

const square = { width: 2, classes: 2, centre: Float32Array.of(1, 1), directions: Float32Array.of(1, 0, 0, 1) };
const even = Float32Array.of(0.5, 0.5);
const similarityOf = (x: number, y: number, prototypes = square) =>
  similarity({ embedding: Float32Array.of(x, y), probabilities: even }, prototypes);

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
        const image = {
          embedding: Float32Array.from({ length: 2 }, () => 10 * draw.next() - 5),
          probabilities: Float32Array.of(first, 1 - first),
        };
        const scored = score(image, square);
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
    const image = { embedding: Float32Array.of(9, 1), probabilities: Float32Array.of(0.25, 0.75) };
    expect(similarity(image, square).label).toBe(0);
    expect(confidence(image, square)).toEqual({ label: 1, score: 0.75 });
  });

  it('gives the lower class on a tie, or two machines would mine different labels', () => {
    expect(confidence({ embedding: Float32Array.of(0, 0), probabilities: even }, square).label).toBe(0);
  });
});
