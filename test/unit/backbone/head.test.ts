import { describe, expect, it } from 'vitest';
import {
  type Head,
  headFromTensors,
  headLogits,
  headToTensors,
  rescaled,
  scaled,
  scaleOf,
} from '../../../core/backbone/head.ts';

/** Two columns that vary, and one that says nothing. */
const EMBEDDINGS = Float32Array.of(1, 10, 5, 3, 30, 5, 5, 20, 5);

describe('the scale of embeddings', () => {
  it('makes every column count alike, and drops one that never varies among the labelled images', () => {
    const scale = scaleOf(EMBEDDINGS, 3);
    expect([...scale.mean]).toEqual([3, 20, 5]);
    const deviation = Math.sqrt(8 / 3);
    expect(scale.factor[0]).toBeCloseTo(1 / deviation, 6);
    expect(scale.factor[1]).toBeCloseTo(1 / Math.sqrt(200 / 3), 6);
    // In another image a dead column may hold anything.
    expect([...scaled(Float32Array.of(3, 20, 1e6), scale)]).toEqual([0, 0, 0]);
  });

  it('can be changed for another one, or a fold would label images that it does not see as it learned them', () => {
    const [own, other] = [
      scaleOf(EMBEDDINGS, 3),
      scaleOf(
        EMBEDDINGS.map((value, at) => value * (1 + at)),
        3,
      ),
    ];
    const raw = Float32Array.of(2, 7, 5);
    const found = rescaled(scaled(raw, own), own, other);
    const expected = scaled(raw, other);
    for (const k of [0, 1, 2]) expect(found[k]).toBeCloseTo(expected[k]!, 4);
  });
});

describe('a head', () => {
  const head: Head = {
    classes: 2,
    scale: { mean: Float32Array.of(0, 0), factor: Float32Array.of(1, 1) },
    kernel: Float32Array.of(1, -1, 2, 0.5),
    bias: Float32Array.of(0.25, -0.25),
  };

  it('is a product and a sum', () => {
    expect([...headLogits(Float32Array.of(1, 1, 0, 2), head)]).toEqual([3.25, -0.75, 4.25, 0.75]);
  });

  it('is read as it was written', () => {
    expect(headFromTensors(headToTensors(head))).toEqual(head);
    expect(() => headFromTensors({})).toThrow(TypeError);
  });
});
