import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { standardised } from '../../../core/data/standardise.ts';
import { predictOnce } from '../../../core/inference/predictor.ts';
import { probabilities } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { type ViewLabeller, viewLabeller } from '../../../core/train/view-labels.ts';
import { testableLearners } from '../../support/backends.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const CLASSES = 3;
const TEACHERS = [toyWeights(1, CLASSES), toyWeights(2, CLASSES)];

describe.each(testableLearners())('Function: viewLabeller on %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  const views = () => {
    const draw = random('views');
    return tf.tensor4d(
      Float32Array.from({ length: 4 * SIZE * SIZE }, () => draw.normal()),
      [4, SIZE, SIZE, 1],
    );
  };

  const labelsOf = async (labeller: ViewLabeller, step: number, images: tf.Tensor4D): Promise<number[]> => {
    const labels = await labeller.labels(step, images);
    const values = [...labels.dataSync()];
    tf.dispose([labels, images]);
    return values;
  };

  it('lets the teachers label the very views that a step shows, one after the other', async () => {
    const labeller = viewLabeller(TEACHERS);
    const said: number[][] = [];
    for (const step of [0, 1, 2, 3]) said.push(await labelsOf(labeller, step, views()));
    labeller.dispose();
    expect(said[2]).toEqual(said[0]);
    expect(said[3]).toEqual(said[1]);
    expect(said[1]).not.toEqual(said[0]);
    for (const labels of said) {
      for (let row = 0; row < 4; row++) {
        const sum = labels.slice(row * CLASSES, (row + 1) * CLASSES).reduce((total, value) => total + value, 0);
        expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  it('says of a view what the teacher says that predicts, or a student would learn from another net', async () => {
    const draw = random('symmetric');
    const rows = Array.from({ length: 4 * SIZE }, () => Array.from({ length: SIZE / 2 }, () => draw.next()));
    // An image like its mirror: a prediction is the mean of both.
    const pixels = Float32Array.from(rows.flatMap((half) => [...half, ...half.toReversed()]));
    const { logits } = await predictOnce(TEACHERS[0]!, { size: SIZE, channels: 1, count: 4, pixels });
    const labeller = viewLabeller(TEACHERS.slice(0, 1));
    const shown = standardised(pixels, SIZE * SIZE);
    const labels = await labelsOf(labeller, 7, tf.tensor4d(shown, [4, SIZE, SIZE, 1]));
    labeller.dispose();
    probabilities(logits, CLASSES).forEach((p, i) => expect(labels[i]).toBeCloseTo(p, 5));
  });

  it('keeps no tensor once it is disposed, or a long training runs out of memory', async () => {
    const before = tf.memory().numTensors;
    const labeller = viewLabeller(TEACHERS);
    for (let step = 0; step < 5; step++) await labelsOf(labeller, step, views());
    labeller.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
