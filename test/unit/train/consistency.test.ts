import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { trainForward } from '../../../core/nets/train-forward.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { unflatten } from '../../../core/tensor/flat.ts';
import { random } from '../../../core/tensor/random.ts';
import { type ConsistencyTeacher, consistencyTeacher, type TaughtRows } from '../../../core/train/consistency.ts';
import type { BatchRows } from '../../../core/train/gradient.ts';
import { testableLearners } from '../../support/backends.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const CLASSES = 3;
const ROWS = 6;
/** Rows 0 and 1 are labelled. */
const FROM = 2;
const { net, parameters } = toyWeights(1, CLASSES);

/** A batch of noise whose first rows are of class 0. */
const batch = () => {
  const draw = random('consistency');
  const noise = Float32Array.from({ length: ROWS * SIZE * SIZE }, () => draw.normal());
  const views = tf.tensor4d(noise, [ROWS, SIZE, SIZE, 1]);
  const targets = tf.tensor2d(
    Array.from({ length: ROWS }, (_, row) => [row < FROM ? 1 : 0, 0, 0]),
    [ROWS, CLASSES],
  );
  return { start: 0, images: views, targets, secondViews: views };
};

/** What the teacher says of each row. */
const opinion = (views: tf.Tensor4D): number[][] =>
  tf.tidy(
    () =>
      tf
        .softmax(trainForward(net, unflatten(tf.tensor1d(parameters), net.parameters), views))
        .arraySync() as number[][],
  );

describe.each(testableLearners())('Function: consistencyTeacher on %s', (_, options) => {
  let teaching: ConsistencyTeacher | undefined;
  const taughtTargets = (teacher: tf.Tensor1D, rows: BatchRows, taught: TaughtRows): Promise<tf.Tensor2D> => {
    teaching?.dispose();
    teaching = consistencyTeacher(net, taught);
    return teaching.targets(teacher, rows);
  };

  beforeAll(async () => {
    await selectBackend(options);
  });

  afterEach(() => teaching?.dispose());

  it('labels the rows without labels as the teacher does where it is sure, and leaves the labelled ones alone', async () => {
    const rows = batch();
    const said = opinion(rows.secondViews);
    const sureness = said.slice(FROM).map((p) => Math.max(...p));
    // Between the surest and the least sure, so that both kinds are there.
    const threshold = (Math.max(...sureness) + Math.min(...sureness)) / 2;
    const targets = (await taughtTargets(tf.tensor1d(parameters), rows, { from: FROM, threshold })).arraySync();
    expect(targets.slice(0, FROM)).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
    const expected = said.slice(FROM).map((p) => {
      const best = p.indexOf(Math.max(...p));
      return p.map((_, label) => (label === best && p[best]! >= threshold ? 1 : 0));
    });
    expect(targets.slice(FROM)).toEqual(expected);
    expect(new Set(expected.map((row) => row.includes(1)))).toEqual(new Set([true, false]));
  });

  it('counts rows from the start of the batch when the batch comes in parts', async () => {
    const rows = batch();
    const teacher = tf.tensor1d(parameters);
    const all = { from: FROM, threshold: 0 };
    const labelledAlone = {
      ...rows,
      targets: tf.slice(rows.targets, 0, FROM),
      secondViews: tf.slice(rows.secondViews, 0, FROM),
    };
    expect(await taughtTargets(teacher, labelledAlone, all)).toBe(labelledAlone.targets);
    const later = { ...rows, start: FROM };
    const taught = await taughtTargets(teacher, later, { from: FROM + 1, threshold: 0 });
    const sums = tf.sum(taught, 1).arraySync() as number[];
    // The first row of this part is the last labelled one.
    expect(sums).toEqual([1, 2, 1, 1, 1, 1]);
  });

  it('keeps one tensor alive', async () => {
    const rows = batch();
    const teacher = tf.tensor1d(parameters);
    const before = tf.memory().numTensors;
    await taughtTargets(teacher, rows, { from: FROM, threshold: 0.5 });
    expect(tf.memory().numTensors - before).toBe(1);
  });
});
