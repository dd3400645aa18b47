import { beforeAll, describe, expect, it } from 'vitest';
import type { ConfigOverrides } from '../../../core/contracts/config.ts';
import { DataError } from '../../../core/errors.ts';
import { predictOnce } from '../../../core/inference/predictor.ts';
import { probabilities } from '../../../core/nets/logits.ts';
import { mean } from '../../../core/statistics/mean.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { foldOf } from '../../../core/train/folds.ts';
import { trainConsistent } from '../../../core/train/roles/consistent.ts';
import { trainFold } from '../../../core/train/roles/fold.ts';
import { trainNoisy } from '../../../core/train/roles/noisy.ts';
import { trainPrimitive } from '../../../core/train/roles/primitive.ts';
import { trainControl, trainStudent } from '../../../core/train/roles/student.ts';
import { bytesOf, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const training = (seed = 0) => ({ config: toyConfig(), classes: 2, labelled: toySet(6, 2, 1), seed });

describe('training by role', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('train paired seeds from different weights', async () => {
    const [a, b] = [await trainPrimitive(training(0)), await trainPrimitive(training(1))];
    expect(bytesOf(a.weights.parameters)).not.toEqual(bytesOf(b.weights.parameters));
  });

  it('let the student see the mined images, and its control not', async () => {
    const [one, other] = [toySet(4, 2, 7), toySet(4, 2, 8)];
    const student = await trainStudent(training(), one, 0);
    const another = await trainStudent(training(), other, 0);
    const control = await trainControl(training());
    expect(bytesOf(student.weights.parameters)).not.toEqual(bytesOf(another.weights.parameters));
    expect(bytesOf(control.weights.parameters)).not.toEqual(bytesOf(student.weights.parameters));
  });

  it('draw mined images by their weights, or the class mix of the selection would be lost', async () => {
    const mined = toySet(4, 2, 7);
    const half = { ...toySet(2, 2, 0), ...mined, weights: Float32Array.from(mined.labels, (label) => 1 - label) };
    const other = { ...mined, pixels: mined.pixels.slice() };
    // Images of class 1 have no weight: what they show cannot matter.
    mined.labels.forEach((label, i) => label === 1 && other.pixels.fill(9, i * 256, (i + 1) * 256));
    const [a, b] = [half, { ...other, weights: half.weights }].map((set) => trainStudent(training(), set, 0));
    expect(bytesOf((await a!).weights.parameters)).toEqual(bytesOf((await b!).weights.parameters));
  });

  it('make students and their controls as wide as they are asked to be, and leave the primitives alone', async () => {
    const { student } = toyConfig();
    const wide = { ...training(), config: toyConfig({ student: { ...student, net: { width: 8 } } }) };
    const trained = [await trainStudent(wide, toySet(4, 2, 7), 0), await trainControl(wide)];
    const on = await trainConsistent(wide, trained[0]!.weights, toySet(5, 2, 9), undefined, ['consistent', 0]);
    const widths = [...trained, on].map(({ weights }) => weights.net.embeddingSize);
    expect(widths).toEqual([32, 32, 32]);
    expect((await trainPrimitive(wide)).weights.net.embeddingSize).toBe(16);
  });

  it('go on from the primitive, or what it has learned of the labelled images would be learned anew', async () => {
    const { weights } = await trainPrimitive(training());
    const mined = toySet(4, 2, 7);
    const fresh = [await trainStudent(training(), mined, 0), await trainControl(training())];
    const on = [
      await trainStudent(training(), mined, 0, weights.parameters),
      await trainControl(training(), weights.parameters),
    ];
    on.forEach((fitted, i) => {
      expect(fitted.losses[0]!.loss).toBeLessThan(fresh[i]!.losses[0]!.loss);
    });
  });

  it('vary images as far as the run says, or a setting for things that lie straight would be for nothing', async () => {
    const still = { shift: 0, degrees: 0, scale: 0, contrast: 0, offset: 0, cutout: 0 };
    const roles = (more: ConfigOverrides) => {
      const given = { ...training(), config: toyConfig(more) };
      const start = toyWeights(1, 2);
      return Promise.all([
        trainPrimitive(given),
        trainStudent(given, toySet(4, 2, 7), 0),
        trainControl(given),
        trainConsistent(given, start, toySet(5, 2, 9), undefined, ['consistent', 0]),
        trainNoisy(given, [start], toySet(5, 2, 9), ['noisy', 0]),
      ]);
    };
    const [varied, same] = [await roles({}), await roles({ augmentation: still })];
    varied.forEach(({ weights }, i) => {
      expect(bytesOf(weights.parameters)).not.toEqual(bytesOf(same[i]!.weights.parameters));
    });
  });

  it('refuse an empty mined set before anything is trained', async () => {
    const empty = { ...toySet(1, 2, 0), count: 0, pixels: new Uint8Array(0), labels: new Int32Array(0) };
    await expect(trainStudent(training(), empty, 0)).rejects.toThrow(DataError);
  });

  it('go on from a student by consistency, which needs no labels of the pool', async () => {
    const { weights } = await trainStudent(training(), toySet(4, 2, 7), 0);
    const pool = toySet(5, 2, 9);
    const one = await trainConsistent(training(), weights, pool, undefined, ['consistent', 0]);
    const relabelled = { ...pool, labels: pool.labels.map((label) => 1 - label) };
    const same = await trainConsistent(training(), weights, relabelled, undefined, ['consistent', 0]);
    expect(bytesOf(one.weights.parameters)).not.toEqual(bytesOf(weights.parameters));
    expect(bytesOf(same.weights.parameters)).toEqual(bytesOf(one.weights.parameters));
  });

  it('go on by what all students say of the pool images, or these would be shown without being learned from', async () => {
    const { weights } = await trainStudent(training(), toySet(4, 2, 7), 0);
    const pool = toySet(5, 2, 9);
    const sure = (label: number) => Float32Array.from({ length: 20 }, (_, at) => (at % 2 === label ? 1 : 0));
    const asked = async (label: number) => {
      const fitted = await trainConsistent(training(), weights, pool, sure(label), ['consistent', 0]);
      return mean(
        [...probabilities((await predictOnce(fitted.weights, pool)).logits, 2)].filter((_, at) => at % 2 === 0),
      );
    };
    expect(await asked(0)).toBeGreaterThan(await asked(1));
  });

  it('teach a noisy student by its teachers alone: neither true labels nor pseudo-labels have a word in it', async () => {
    const teachers = [toyWeights(1, 2), toyWeights(2, 2)];
    const pool = toySet(5, 2, 9);
    const one = await trainNoisy(training(), teachers, pool, ['noisy', 0]);
    const { labelled } = training();
    const relabelled = { ...labelled, labels: labelled.labels.map((label) => 1 - label) };
    const same = await trainNoisy({ ...training(), labelled: relabelled }, teachers, pool, ['noisy', 0]);
    const other = await trainNoisy(training(), [toyWeights(1, 2), toyWeights(3, 2)], pool, ['noisy', 0]);
    expect(bytesOf(same.weights.parameters)).toEqual(bytesOf(one.weights.parameters));
    expect(bytesOf(other.weights.parameters)).not.toEqual(bytesOf(one.weights.parameters));
    const { student } = toyConfig();
    const wide = { ...training(), config: toyConfig({ student: { ...student, net: { width: 8 } } }) };
    expect((await trainNoisy(wide, teachers, pool, ['noisy', 0])).weights.net.embeddingSize).toBe(32);
  });

  it('cross-fit: every labelled image is told by the one net that has not seen it', async () => {
    const folds = [await trainFold(training(0), 2), await trainFold(training(1), 2)];
    const rows = folds.flatMap(({ heldOut }) => [...heldOut.rows]);
    expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    for (const { heldOut } of folds) expect(heldOut.logits).toHaveLength(heldOut.rows.length * 2);
  });
});

describe('Function: foldOf', () => {
  it('spreads every class and the whole over the folds as evenly as can be', () => {
    const labels = Int32Array.from({ length: 23 }, (_, i) => (i < 11 ? 0 : i < 18 ? 1 : 2));
    const fold = foldOf(labels, 3, 5, 0);
    const counts = (rows: readonly number[]) =>
      [0, 1, 2, 3, 4].map((one) => rows.filter((row) => fold[row] === one).length);
    for (const label of [0, 1, 2]) {
      const found = counts([...labels.keys()].filter((row) => labels[row] === label));
      expect(Math.max(...found) - Math.min(...found)).toBeLessThanOrEqual(1);
    }
    const all = counts([...labels.keys()]);
    expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
    expect(foldOf(labels, 3, 5, 1)).not.toEqual(fold);
  });
});
