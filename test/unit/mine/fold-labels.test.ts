import { describe, expect, it } from 'vitest';
import { type Head, headLogits, scaled, scaleOf } from '../../../core/backbone/head.ts';
import { keeperOf, relabeller } from '../../../core/mine/fold-labels.ts';
import { score as confidence } from '../../../core/mine/scores/confidence.ts';
import { score as similarity } from '../../../core/mine/scores/similarity.ts';
import { makePrototypes } from '../../../core/nets/prototypes.ts';
import { random } from '../../../core/tensor/random.ts';

const WIDTH = 4;
const CLASSES = 3;
const draw = random('fold labels');
const normals = (length: number): Float32Array => Float32Array.from({ length }, () => draw.normal());

/** A head of its own scale, and prototypes on it. */
const headOf = (rows: number) => {
  const embeddings = normals(rows * WIDTH);
  const scale = scaleOf(embeddings, WIDTH);
  const head: Head = { classes: CLASSES, scale, kernel: normals(WIDTH * CLASSES), bias: normals(CLASSES) };
  const labels = Int32Array.from({ length: rows }, (_, i) => i % CLASSES);
  return { head, prototypes: makePrototypes(scaled(embeddings, scale), labels, CLASSES) };
};

describe('what the folds say of a candidate', () => {
  it.each([
    ['confidence', confidence],
    ['similarity', similarity],
  ])('is what each would say by %s of the raw embedding itself', (_, score) => {
    const whole = headOf(30);
    const folds = [headOf(20), headOf(22)];
    const { labels } = relabeller(whole.head, folds, score);
    for (let i = 0; i < 20; i++) {
      const raw = normals(WIDTH);
      const expected = folds.map(({ head, prototypes }) => {
        const embedding = scaled(raw, head.scale);
        return score([{ embedding, probabilities: headLogits(embedding, head), prototypes }]).label;
      });
      const opinion = {
        embedding: scaled(raw, whole.head.scale),
        probabilities: new Float32Array(CLASSES),
        prototypes: whole.prototypes,
      };
      expect([...labels(opinion)]).toEqual(expected);
    }
  });

  it('is kept behind the image and comes apart again, or images would be labelled as others', () => {
    const opinion = { embedding: normals(1), probabilities: normals(1), prototypes: headOf(6).prototypes };
    let next = 0;
    const keeper = keeperOf({ image: 5, trace: 1 }, { folds: 2, labels: () => Int32Array.of(next++, 70_000) });
    const joined = [1, 2, 3].map((value) =>
      keeper.join(new Uint8Array(5).fill(value), Uint8Array.of(10 * value), opinion),
    );
    expect(joined.map(({ length }) => length)).toEqual([keeper.bytes, keeper.bytes, keeper.bytes]);
    const { pixels, traces, foldLabels } = keeper.split(Buffer.concat(joined));
    expect([...pixels]).toEqual([1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    expect([...traces]).toEqual([10, 20, 30]);
    expect([...foldLabels!]).toEqual([0, 70_000, 1, 70_000, 2, 70_000]);
  });

  it('takes no byte where nobody asks for it', () => {
    const keeper = keeperOf({ image: 5, trace: 0 }, undefined);
    expect(keeper.bytes).toBe(5);
    expect(keeper.split(Uint8Array.of(1, 2))).toEqual({ pixels: Uint8Array.of(1, 2), traces: new Uint8Array() });
  });
});
