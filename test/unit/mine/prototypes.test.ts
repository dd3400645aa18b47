import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import {
  makePrototypes,
  nearestPrototype,
  prototypesFromTensors,
  prototypesToTensors,
} from '../../../core/mine/prototypes.ts';

/** Centre (1, 1). Class 0 lies to the right at two distances, class 1 up and left of the centre. */
const EMBEDDINGS = Float32Array.of(2, 1, 5, 1, 1, 2, -4, 0);
const LABELS = Int32Array.of(0, 0, 1, 1);
const prototypes = makePrototypes(EMBEDDINGS, LABELS, 2);

describe('Function: makePrototypes', () => {
  it('means unit vectors from the centre of the labelled set, so that one far image does not stand for its class', () => {
    expect([...prototypes.centre]).toEqual([1, 1]);
    expect(prototypes.directions[0]).toBeCloseTo(1, 6);
    expect(prototypes.directions[1]).toBeCloseTo(0, 6);
    // (0, 1) and (-5, -1)/√26, summed and made unit again.
    const [x, y] = [-5 / Math.sqrt(26), 1 - 1 / Math.sqrt(26)];
    expect(prototypes.directions[2]).toBeCloseTo(x / Math.hypot(x, y), 5);
    expect(prototypes.directions[3]).toBeCloseTo(y / Math.hypot(x, y), 5);
  });

  it('makes a class that cancels itself out a zero that nothing is like, not a NaN', () => {
    const cancelled = makePrototypes(Float32Array.of(1, 0, -1, 0, 0, 3, 0, -3), Int32Array.of(0, 0, 1, 1), 2);
    expect([...cancelled.directions]).toEqual([0, 0, 0, 0]);
    expect(nearestPrototype(Float32Array.of(5, 5), 0, cancelled)).toEqual({ label: 0, similarity: 0 });
  });

  it('survives its file bit by bit, and refuses another one', () => {
    const { tensors } = decodeSafetensors(encodeSafetensors(prototypesToTensors(prototypes)));
    expect(prototypesFromTensors(tensors)).toEqual(prototypes);
    expect(() => prototypesFromTensors({ centre: tensors.centre! })).toThrow(
      'Prototypes need float32 "centre" and "directions".',
    );
  });
});

describe('Function: nearestPrototype', () => {
  const square = { width: 2, classes: 2, centre: Float32Array.of(1, 1), directions: Float32Array.of(1, 0, 0, 1) };

  it('measures the angle from the centre and not the length', () => {
    const near = nearestPrototype(Float32Array.of(9, 9, 1.5, 1), 1, square);
    const far = nearestPrototype(Float32Array.of(101, 1), 0, square);
    expect(near).toEqual({ label: 0, similarity: 1 });
    expect(far).toEqual(near);
    expect(nearestPrototype(Float32Array.of(1 + 3, 1 + 4), 0, square).label).toBe(1);
    expect(nearestPrototype(Float32Array.of(1 + 3, 1 + 4), 0, square).similarity).toBeCloseTo(0.8, 6);
  });

  it('gives the lower class on a tie, or two machines would mine different labels', () => {
    expect(nearestPrototype(Float32Array.of(2, 2), 0, square).label).toBe(0);
  });

  it('is 0 for an embedding at the centre, not NaN', () => {
    expect(nearestPrototype(Float32Array.of(1, 1), 0, square)).toEqual({ label: 0, similarity: 0 });
  });

  it('stays inside [-1, 1] whatever rounding does, or a histogram bin would not exist', () => {
    const directions = Float32Array.of(-1.0000001, 0, -1.0000001, 0);
    expect(nearestPrototype(Float32Array.of(3, 1), 0, { ...square, directions }).similarity).toBe(-1);
  });
});
