import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { standardised } from '../../../core/data/standardise.ts';
import { characteristicDistance, characteristicFunctions } from '../../../core/distill/characteristic-functions.ts';
import { matchDistributions } from '../../../core/distill/match-distributions.ts';
import { materialByClass } from '../../../core/distill/material.ts';
import { byFeatures, distanceFrom } from '../../../core/distill/objective.ts';
import { graphTensors } from '../../../core/nets/run-graph.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';
import { gradientError, normal } from '../../support/finite-differences.ts';
import { SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

/** Embeddings of two classes, five images each. */
const embeddings = (seed: number) => normal([2, 5, 3], seed) as tf.Tensor3D;
const frequencies = () => normal([3, 7], 9) as tf.Tensor2D;

const objective = characteristicFunctions(1, 'frequencies');
const weights = toyWeights(1, 2);
const look = (step: number) => ({
  weights,
  tensors: graphTensors(weights),
  factor: 2,
  vary: (images: tf.Tensor4D): tf.Tensor4D => tf.reverse(images, 2),
  step,
});

const noise = (count: number, seed: number) =>
  tf.randomUniform([count, SIZE, SIZE, 1], 0, 1, 'float32', seed) as tf.Tensor4D;
const standardNoise = (count: number) => normal([count, SIZE, SIZE, 1], 3) as tf.Tensor4D;

const distanceOf = (work: () => tf.Tensor): number => tf.tidy(() => work().dataSync()[0]!);

/** As the paper writes it, number by number: half the squared difference of amplitudes, half that of phases. */
const byHand = (real: tf.Tensor3D, synthetic: tf.Tensor3D, places: tf.Tensor2D): number => {
  const columns = tf.transpose(places).arraySync() as number[][];
  const functionAt = (rows: readonly number[][], t: readonly number[]) => {
    const angles = rows.map((row) => {
      const length = Math.hypot(...row);
      return row.reduce((sum, value, i) => sum + (value / length) * t[i]!, 0);
    });
    const mean = (of: (angle: number) => number) => angles.reduce((sum, angle) => sum + of(angle), 0) / angles.length;
    const [re, im] = [mean(Math.cos), mean(Math.sin)];
    return { amplitude: Math.hypot(re, im), phase: Math.atan2(im, re) };
  };
  const [a, b] = [real.arraySync(), synthetic.arraySync()];
  let sum = 0;
  a.forEach((rows, c) => {
    for (const t of columns) {
      const [one, other] = [functionAt(rows, t), functionAt(b[c]!, t)];
      const amplitudes = (one.amplitude - other.amplitude) ** 2;
      const phases = 2 * one.amplitude * other.amplitude * (1 - Math.cos(one.phase - other.phase));
      sum += Math.sqrt(0.5 * amplitudes + 0.5 * phases) / columns.length;
    }
  });
  return sum;
};

describe.each(testableBackends())('matching of characteristic functions on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('is as far as amplitudes and phases differ, in the words of the paper', () => {
    const [a, b, t] = [embeddings(1), embeddings(2), frequencies()];
    expect(distanceOf(() => characteristicDistance(a, b, t))).toBeCloseTo(byHand(a, b, t), 5);
  });

  it('is nothing between equal embeddings, in any order and of any length', () => {
    const a = embeddings(1);
    const same = tf.mul(tf.reverse(a, 1), 3) as tf.Tensor3D;
    expect(distanceOf(() => characteristicDistance(a, same, frequencies()))).toBeLessThan(1e-5);
  });

  it('grows the farther one side moves away', () => {
    const [a, shift] = [embeddings(1), tf.tensor1d([1, -1, 0.5])];
    const distances = [0, 0.1, 0.3, 1].map((by) =>
      distanceOf(() => characteristicDistance(a, tf.add(a, tf.mul(shift, by)) as tf.Tensor3D, frequencies())),
    );
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[1]).toBeGreaterThan(10 * distances[0]!);
  });

  it('tells distributions of one mean apart, which class means cannot', () => {
    const circle = (radius: number) =>
      tf.tensor3d(
        [1, -1].flatMap((x) => [1, radius * x, 0, 1, 0, radius * x]),
        [1, 4, 3],
      );
    const [wide, narrow] = [circle(2), circle(0.5)].map((x) => tf.mul(x, tf.rsqrt(tf.sum(tf.square(x), 2, true))));
    const means = tf.mean(wide!, 1).arraySync() as number[][];
    expect(means[0]!.slice(1)).toEqual([0, 0]);
    expect((tf.mean(narrow!, 1).arraySync() as number[][])[0]!.slice(1)).toEqual([0, 0]);
    const sideways = tf.tensor2d([0, 1, 1], [3, 1]);
    expect(
      distanceOf(() => characteristicDistance(wide as tf.Tensor3D, narrow as tf.Tensor3D, sideways)),
    ).toBeGreaterThan(0.05);
  });

  it('has a gradient that is a number where nothing is left to match', () => {
    const [a, t] = [embeddings(1), frequencies()];
    const gradient = tf.grad((x: tf.Tensor) => characteristicDistance(a, x as tf.Tensor3D, t))(a);
    expect([...gradient.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('draws other frequencies in every step and the same ones again for one step, or no run could go on', () => {
    const [a, b] = [embeddings(1), embeddings(2)];
    const at = (step: number) => distanceOf(() => objective.distance(a, b, step));
    expect(at(3)).toBe(at(3));
    expect(at(4)).not.toBe(at(3));
  });

  it('moves the pixels the right way through a whole net, by central differences', () => {
    tf.tidy(() => {
      const synthetic = noise(4, 1);
      const distance = distanceFrom(objective, look(0), standardNoise(6), 2);
      const loss = (x: tf.Tensor) => distance(x as tf.Tensor4D);
      expect(gradientError(loss, synthetic, 12, 1e-2, 3e-3)).toBeLessThan(1e-2);
    });
  });

  it('brings images nearer at frequencies that no step saw, and leaves no tensor behind', async () => {
    const labelled = toySet(6, 2, 1);
    const material = materialByClass({ ...labelled, count: 0, labels: new Int32Array(0), keys: [] }, labelled, 2, 1);
    const pixels = tf.tidy(() => noise(4, 2).dataSync() as Float32Array).slice();
    const start = { size: SIZE, channels: 1, count: 4, perClass: 2, factor: 2, pixels };
    const settings = { ...toyConfig().distill.matching, steps: 12, realPerClass: 6, learningRate: 0.1 };
    const before = tf.memory().numTensors;
    const options = { objective: byFeatures(objective), draw: random('m'), onStep: () => undefined };
    const moved = await matchDistributions(start, material, [weights], settings, options);
    expect(tf.memory().numTensors).toBe(before);
    const far = (values: Float32Array): number =>
      distanceOf(() => {
        const real = Float32Array.from(material.flatMap((one) => [...standardised(one.pixels, SIZE * SIZE)]));
        const distance = distanceFrom(objective, look(99), tf.tensor4d(real, [12, SIZE, SIZE, 1]), 2);
        return distance(tf.tensor4d(values, [4, SIZE, SIZE, 1]));
      });
    expect(far(moved)).toBeLessThan(0.9 * far(pixels));
  });
});
