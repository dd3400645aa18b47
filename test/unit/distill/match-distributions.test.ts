import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NetName } from '../../../core/contracts/nets.ts';
import { standardised } from '../../../core/data/standardise.ts';
import { unpack } from '../../../core/data/views.ts';
import { classMeans } from '../../../core/distill/class-means.ts';
import {
  type MatchOptions,
  matchDistributions,
  type SyntheticImages,
} from '../../../core/distill/match-distributions.ts';
import { materialByClass } from '../../../core/distill/material.ts';
import { byFeatures } from '../../../core/distill/objective.ts';
import { graphTensors, runGraph } from '../../../core/nets/run-graph.ts';
import type { Weights } from '../../../core/nets/weights.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableLearners } from '../../support/backends.ts';
import { bytesOf, SIZE, toyConfig, toySet, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const labelled = toySet(6, 2, 1);
const material = materialByClass({ ...labelled, count: 0, labels: new Int32Array(0), keys: [] }, labelled, 2, 1);
const NETS = [toyWeights(1, 2), toyWeights(2, 2)];

const start = (): SyntheticImages => {
  const draw = random('start');
  const pixels = Float32Array.from({ length: 2 * 2 * VALUES }, () => draw.next());
  return { size: SIZE, channels: 1, count: 4, perClass: 2, factor: 2, pixels };
};

const settings = (steps: number) => ({
  ...toyConfig().distill.matching,
  steps,
  realPerClass: 6,
  learningRate: 0.1,
});

const quietly = (stream: string): MatchOptions => ({
  objective: byFeatures(classMeans),
  draw: random(stream),
  onStep: () => undefined,
});

/** The distance that is to be lowered, over all views of both classes and one net. */
const distance = (pixels: Float32Array, weights: Weights): number =>
  tf.tidy(() => {
    const { graph } = weights.net;
    const tensors = graphTensors(weights);
    const means = (images: tf.Tensor4D) =>
      tf.mean(tf.reshape(runGraph(graph, tensors, { images }, graph.features), [2, images.shape[0] / 2, -1]), 1);
    const real = Float32Array.from(material.flatMap((one) => [...standardised(one.pixels, VALUES)]));
    const views = unpack(tf.tensor4d(pixels, [4, SIZE, SIZE, 1]), 2);
    const standard = standardised(views.dataSync() as Float32Array, VALUES);
    const gap = tf.sub(
      means(tf.tensor4d(standard, [16, SIZE, SIZE, 1])),
      means(tf.tensor4d(real, [12, SIZE, SIZE, 1])),
    );
    return tf.sum(tf.square(gap)).dataSync()[0]!;
  });

describe.each(testableLearners())('Function: matchDistributions on %s', (_, options) => {
  beforeAll(async () => {
    await selectBackend(options);
  });

  it('brings the images’ features nearer to the real ones, which is all that it promises', async () => {
    const before = NETS.map((net) => distance(start().pixels, net));
    const steps: number[] = [];
    const pixels = await matchDistributions(start(), material, NETS, settings(12), {
      ...quietly('m'),
      onStep: (step) => steps.push(step),
    });
    NETS.forEach((net, i) => expect(distance(pixels, net)).toBeLessThan(0.7 * before[i]!));
    expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
  });

  it.each(NetName.options)('does so in the features of %s', async (name) => {
    const nets = [toyWeights(1, 2, 1, name)];
    const pixels = await matchDistributions(start(), material, nets, settings(8), quietly('m'));
    expect(distance(pixels, nets[0]!)).toBeLessThan(0.8 * distance(start().pixels, nets[0]!));
  });

  it.each(NetName.options)('does so through fresh nets of %s and varied images, as in the literature', async (name) => {
    const reference = { ...settings(12), fresh: 1, augmentation: 'siamese' as const };
    const known = [toyWeights(1, 2, 1, name)];
    const pixels = await matchDistributions(start(), material, known, reference, quietly('m'));
    const unseen = toyWeights(7, 2, 1, name);
    expect(distance(pixels, unseen)).toBeLessThan(0.95 * distance(start().pixels, unseen));
    expect(bytesOf(await matchDistributions(start(), material, known, reference, quietly('m')))).toEqual(
      bytesOf(pixels),
    );
  });

  it('stays an image: every pixel in [0, 1], however large the steps', async () => {
    const fast = { ...settings(5), learningRate: 1 };
    const pixels = await matchDistributions(start(), material, NETS, fast, quietly('m'));
    expect(pixels.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(pixels.some((x) => x === 0 || x === 1)).toBe(true);
  });

  it('gives the same bytes for the same stream and others for another, and moves no image it was given', async () => {
    const run = async (seed: string): Promise<Buffer> =>
      bytesOf(await matchDistributions(given, material, NETS, settings(3), quietly(seed)));
    const given = start();
    const first = await run('a');
    expect(await run('a')).toEqual(first);
    expect(await run('b')).not.toEqual(first);
    expect(bytesOf(given.pixels)).toEqual(bytesOf(start().pixels));
  });

  it('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    await matchDistributions(start(), material, NETS, settings(3), quietly('m'));
    await matchDistributions(
      start(),
      material,
      NETS,
      { ...settings(3), fresh: 1, augmentation: 'siamese' },
      quietly('m'),
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});
