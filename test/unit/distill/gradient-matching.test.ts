import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { NetName } from '../../../core/contracts/nets.ts';
import { gradientDistance, matchGradients } from '../../../core/distill/gradient-matching.ts';
import { matchDistributions } from '../../../core/distill/match-distributions.ts';
import { materialByClass } from '../../../core/distill/material.ts';
import { type Look, viewsOf } from '../../../core/distill/objective.ts';
import { graphTensors, type NamedTensors, runGraph } from '../../../core/nets/run-graph.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';
import { normal } from '../../support/finite-differences.ts';
import { smoothGraph, smoothTensors } from '../../support/smooth-net.ts';
import { SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const lookThrough = (name: NetName): Look => {
  const weights = toyWeights(1, 2, 1, name);
  return {
    weights,
    tensors: graphTensors(weights),
    factor: 2,
    vary: (images) => tf.reverse(images, 2),
    step: 0,
  };
};

const smoothLook = (): Look => {
  const { weights, ...look } = lookThrough('convnet');
  const net = { ...weights.net, graph: smoothGraph };
  return { ...look, tensors: smoothTensors(), weights: { ...weights, net } };
};

/** What a net learns of standardised images of one class: the gradient of each kernel, by the loss as it is written in books. */
const learned = ({ weights, tensors, vary }: Look, images: tf.Tensor4D, label: number): tf.Tensor[] => {
  const { graph } = weights.net;
  const names = Object.keys(tensors).filter((name) => tensors[name]!.rank > 1);
  const loss = (...kernels: tf.Tensor[]): tf.Scalar => {
    const moved: NamedTensors = { ...tensors, ...Object.fromEntries(names.map((name, i) => [name, kernels[i]!])) };
    const logits = runGraph<tf.Tensor2D>(graph, moved, { images: vary(images) }, graph.logits);
    return tf.neg(tf.mean(tf.slice(tf.logSoftmax(logits), [0, label], [-1, 1])));
  };
  return tf.grads(loss)(names.map((name) => tensors[name]!));
};

/** The whole distance of one class, from pixels on. */
const distanceOf = (look: Look, real: tf.Tensor4D, pixels: tf.Tensor4D, label: number): number =>
  tf.tidy(
    () =>
      gradientDistance(learned(look, real, label), learned(look, viewsOf(pixels, look.factor), label)).dataSync()[0]!,
  );

describe.each(testableBackends())('matching of gradients on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('is one minus the cosine of every output’s gradient, as the paper writes it', () => {
    const a = [tf.tensor([3, 1, 4, 0], [2, 2]), tf.tensor([1, 1], [1, 1, 1, 2])];
    const b = [tf.tensor([3, 0, 4, 2], [2, 2]), tf.tensor([-2, 5], [1, 1, 1, 2])];
    // Columns (3, 4) and (3, 4); (1, 0) and (0, 2); 1 and −2; 1 and 5.
    expect(gradientDistance(a, b).dataSync()[0]).toBeCloseTo(0 + 1 + 2 + 0, 5);
    expect(
      Number.isFinite(
        gradientDistance(
          a,
          b.map((one) => tf.zerosLike(one)),
        ).dataSync()[0],
      ),
    ).toBe(true);
  });

  it('moves pixels down the whole distance, by central differences through a net without kinks', () => {
    tf.tidy(() => {
      const look = smoothLook();
      const synthetic = tf.randomUniform([2, SIZE, SIZE, 1], 0.2, 0.8, 'float32', 4) as tf.Tensor4D;
      const real = normal([12, SIZE, SIZE, 1], 3) as tf.Tensor4D;
      const gradient = matchGradients.gradient(look, { real, synthetic, first: 0, classes: 2 });
      for (const label of [0, 1]) {
        const of = (all: tf.Tensor4D, count: number) => tf.slice(all, [count * label, 0, 0, 0], [count, -1, -1, -1]);
        const [own, slopes, target] = [of(synthetic, 1), of(gradient, 1), of(real, 6)];
        for (const way of [slopes, normal(own.shape, 5) as tf.Tensor4D]) {
          const step = 0.004 / Math.sqrt(tf.sum(tf.square(way)).dataSync()[0]!);
          const at = (sign: number) => distanceOf(look, target, tf.add(own, tf.mul(way, sign * step)), label);
          const said = step * tf.sum(tf.mul(slopes, way)).dataSync()[0]!;
          expect(Math.abs((at(1) - at(-1)) / 2 - said)).toBeLessThan(0.01 * Math.abs(said) + 2e-5);
        }
      }
    });
  });

  it('gives a class the same gradient whether the others are looked at or not, or memory would decide', () => {
    tf.tidy(() => {
      const look = lookThrough('k2');
      const synthetic = tf.randomUniform([4, SIZE, SIZE, 1], 0, 1, 'float32', 4) as tf.Tensor4D;
      const real = normal([6, SIZE, SIZE, 1], 3) as tf.Tensor4D;
      const whole = matchGradients.gradient(look, { real, synthetic, first: 0, classes: 2 });
      const second = matchGradients.gradient(look, {
        real: tf.slice(real, [3, 0, 0, 0]),
        synthetic: tf.slice(synthetic, [2, 0, 0, 0]),
        first: 1,
        classes: 1,
      });
      expect([...tf.slice(whole, [2, 0, 0, 0]).dataSync()]).toEqual([...second.dataSync()]);
    });
  });

  it('teaches a net more like the real images do, through nets that no step saw, and leaves no tensor behind', async () => {
    const labelled = toySet(6, 2, 1);
    const material = materialByClass({ ...labelled, count: 0, labels: new Int32Array(0), keys: [] }, labelled, 2, 1);
    const pixels = tf
      .tidy(() => tf.randomUniform([4, SIZE, SIZE, 1], 0, 1, 'float32', 2).dataSync() as Float32Array)
      .slice();
    const start = { size: SIZE, channels: 1, count: 4, perClass: 2, factor: 2, pixels };
    const settings = { ...toyConfig().distill.matching, steps: 10, realPerClass: 6, learningRate: 0.1, fresh: 1 };
    const look = lookThrough('k2');
    const real = tf.tidy(() => normal([6, SIZE, SIZE, 1], 3) as tf.Tensor4D);
    const before = tf.memory().numTensors;
    const options = { objective: matchGradients, draw: random('m'), onStep: () => undefined };
    const moved = await matchDistributions(start, material, [toyWeights(3, 2)], settings, options);
    expect(tf.memory().numTensors).toBe(before);
    expect([...moved].every((value) => value >= 0 && value <= 1)).toBe(true);
    const own = material[0]!;
    const far = (values: Float32Array): number =>
      tf.tidy(() => {
        const standard = viewsOf(
          tf.tensor4d(
            Float32Array.from(own.pixels, (one) => one / 255),
            [own.count, SIZE, SIZE, 1],
          ),
          1,
        );
        return distanceOf(look, standard, tf.tensor4d(values.subarray(0, 2 * SIZE * SIZE), [2, SIZE, SIZE, 1]), 0);
      });
    expect(far(moved)).toBeLessThan(0.95 * far(pixels));
    tf.dispose([real, look.tensors]);
  });
});
