import { beforeAll, describe, expect, it } from 'vitest';
import { headLogits, scaled } from '../../../core/backbone/head.ts';
import { argmaxRows } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { type EmbeddedSet, fitHeads, fitsOf, PENALTIES } from '../../../core/train/backbone/fit-head.ts';
import { foldOf } from '../../../core/train/folds.ts';

const FOLDS = 3;
const WIDTH = 20;

/** Embeddings of two classes: the first numbers tell them apart by so much, the others are noise. */
const embedded = (apart: number, count = 60): EmbeddedSet => {
  const draw = random('embedded', apart, count);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const embeddings = Float32Array.from({ length: count * WIDTH }, (_, at) => {
    const sign = labels[Math.floor(at / WIDTH)] === 0 ? -1 : 1;
    return draw.normal() + (at % WIDTH < 2 ? sign * apart : 0);
  });
  return { width: WIDTH, embeddings, labels, classes: 2 };
};

const heads = (set: EmbeddedSet) => fitHeads(set, foldOf(set.labels, 2, FOLDS, 0), FOLDS);

beforeAll(async () => {
  await selectBackend({ forced: 'wasm' });
});

describe('Function: fitHeads', () => {
  it('learns what tells the classes apart, and holds a head the more the less there is to learn', () => {
    const [clear, none] = [heads(embedded(2)), heads(embedded(0))];
    expect(clear.accuracy).toBeGreaterThan(0.9);
    expect(none.accuracy).toBeLessThan(0.75);
    expect(none.penalty).toBeGreaterThan(clear.penalty);
    expect(clear.tried.map(({ penalty }) => penalty)).toEqual(PENALTIES);
    expect(Math.min(...clear.tried.map(({ loss }) => loss))).toBe(
      clear.tried.find(({ penalty }) => penalty === clear.penalty)!.loss,
    );
  });

  it('asks of every labelled image a head that has not seen it, or chances would be those of a cheat', () => {
    const set = embedded(2);
    const { folds } = heads(set);
    expect(folds.flatMap(({ heldOut }) => [...heldOut.rows]).sort((a, b) => a - b)).toEqual([...set.labels.keys()]);
    // Labels of the first part exchanged: a head that has not seen it still knows what is right.
    const folding = foldOf(set.labels, 2, FOLDS, 0);
    const lied = { ...set, labels: set.labels.map((label, i) => (folding[i] === 0 ? 1 - label : label)) };
    const { rows, logits } = fitHeads(lied, folding, FOLDS).folds[0]!.heldOut;
    const right = argmaxRows(logits, 2).filter((label, i) => label === set.labels[rows[i]!]).length;
    expect(right / rows.length).toBeGreaterThan(0.8);
  });

  it('gives heads that say of the held-out images what is written down of them', () => {
    const set = embedded(1);
    const { folds, head } = heads(set);
    const [first] = folds;
    const row = first!.heldOut.rows[0]!;
    const raw = set.embeddings.subarray(row * WIDTH, (row + 1) * WIDTH);
    const logits = headLogits(scaled(raw, first!.head.scale), first!.head);
    expect([...logits]).toEqual([...first!.heldOut.logits.subarray(0, 2)]);
    expect(head.kernel).toHaveLength(2 * WIDTH);
  });

  it('gives the same bits every time, and tells how far it is', () => {
    const set = embedded(1);
    let told = 0;
    const again = fitHeads(set, foldOf(set.labels, 2, FOLDS, 0), FOLDS, () => (told += 1));
    expect(again).toEqual(heads(set));
    expect(told).toBe(fitsOf(FOLDS));
  });
});
