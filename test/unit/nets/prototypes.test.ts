import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../core/format/safetensors.ts';
import { score } from '../../../core/mine/scores/similarity.ts';
import { makePrototypes, prototypesFromTensors, prototypesToTensors } from '../../../core/nets/prototypes.ts';

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
    const image = { embedding: Float32Array.of(5, 5), probabilities: Float32Array.of(0.5, 0.5), prototypes: cancelled };
    expect(score([image])).toEqual({ label: 0, score: 0 });
  });

  it('keeps the labelled images only where it is asked to, and then through its file: a score has nothing else to look at', () => {
    expect(prototypes.neighbours).toBeUndefined();
    const kept = makePrototypes(EMBEDDINGS, LABELS, 2, 'neighbours');
    expect([...kept.neighbours!.directions].slice(0, 6)).toEqual([1, 0, 1, 0, 0, 1]);
    expect(kept.neighbours!.labels).toEqual(LABELS);
    const { tensors } = decodeSafetensors(encodeSafetensors(prototypesToTensors(kept)));
    expect(prototypesFromTensors(tensors)).toEqual(kept);
  });

  it('survives its file bit by bit, and refuses another one', () => {
    const { tensors } = decodeSafetensors(encodeSafetensors(prototypesToTensors(prototypes)));
    expect(prototypesFromTensors(tensors)).toEqual(prototypes);
    expect(() => prototypesFromTensors({ centre: tensors.centre! })).toThrow(
      'Prototypes need float32 "centre" and "directions".',
    );
  });
});
