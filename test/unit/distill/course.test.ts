import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Course, courseGradient, followCourse, rowsOfStep } from '../../../core/distill/course.ts';
import { type FlatNet, flatNet, lessonTensors, slopeOf } from '../../../core/distill/flat-net.ts';
import { viewsOf } from '../../../core/distill/objective.ts';
import { lossOf } from '../../../core/distill/slopes.ts';
import { foldedTensors } from '../../../core/nets/folded.ts';
import { probabilities } from '../../../core/nets/logits.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { flatten, sizeOf, unflatten } from '../../../core/tensor/flat.ts';
import { microBatches } from '../../../core/tensor/micro-batches.ts';
import { random } from '../../../core/tensor/random.ts';
import { testableBackends } from '../../support/backends.ts';
import { smoothGraph, smoothTensors } from '../../support/smooth-net.ts';
import { SIZE, toyWeights } from '../../support/toy.ts';

const VALUES = SIZE * SIZE;
const STEPS = 3;
const [CLASSES, PER_CLASS] = [2, 4];

const smoothNet = (): FlatNet => {
  const tensors = smoothTensors();
  const names = Object.keys(tensors);
  const specs = names.map((name) => ({ shape: tensors[name]!.shape }));
  const values = tf.tidy(() => flatten(names.map((name) => tensors[name]!)).dataSync() as Float32Array).slice();
  tf.dispose(tensors);
  const named = (flat: tf.Tensor1D) => {
    const parts = unflatten(flat, specs);
    return Object.fromEntries(names.map((name, i) => [name, parts[i]!]));
  };
  return { graph: smoothGraph, classes: CLASSES, values, named, folded: () => ({}) };
};

const floats = (count: number, next: () => number): Float32Array => Float32Array.from({ length: count }, next);

/** Steps so large that what the later ones see depends on the earlier ones. */
const course = (): Course => {
  const draw = random('course');
  const count = CLASSES * PER_CLASS;
  const pixels = floats(count * VALUES, () => draw.uniform(0.2, 0.8));
  const logSizes = Float32Array.of(Math.log(0.02), Math.log(0.01), Math.log(0.015));
  return {
    images: { size: SIZE, channels: 1, count, pixels },
    perClass: PER_CLASS,
    logits: floats(count * CLASSES, () => draw.normal()),
    logSizes,
  };
};

const lesson = () => {
  const draw = random('lesson');
  const images = { size: SIZE, channels: 1, count: 6, pixels: floats(6 * VALUES, () => draw.normal()) };
  return {
    images,
    targets: probabilities(
      floats(6 * CLASSES, () => draw.normal()),
      CLASSES,
    ),
  };
};

/** The whole objective: what the net is wrong by after the course. */
const lossAfter = (net: FlatNet, given: Course): number => {
  const places = followCourse(net, given);
  try {
    return tf.tidy(() => lossOf(net.graph, net.named(places.at(-1)!), lessonTensors(lesson())).dataSync()[0]!);
  } finally {
    tf.dispose(places);
  }
};

describe('Function: rowsOfStep', () => {
  it('shows every image of every class once before any is shown again, or some would be learned for nothing', () => {
    expect(Array.from({ length: 3 }, (_, step) => rowsOfStep(step, 3, 2, 4))).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
      [0, 1, 4, 5],
    ]);
    expect([0, 1, 2].map((step) => rowsOfStep(step, 3, 2, 1))).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });
});

describe.each(testableBackends())('a course of steps on %s', (name) => {
  beforeAll(async () => {
    await selectBackend({ forced: name });
  });

  it('is followed as plain gradient descent, as any library takes it', () => {
    const [net, given] = [flatNet(toyWeights(1, CLASSES)), course()];
    const before = tf.memory().numTensors;
    const places = followCourse(net, given);
    const place = tf.tidy(() => tf.variable(tf.tensor1d(net.values)));
    for (const [step, logSize] of given.logSizes.entries()) {
      const rows = rowsOfStep(step, STEPS, CLASSES, PER_CLASS);
      const optimiser = tf.train.sgd(Math.exp(logSize));
      const labels = probabilities(given.logits, CLASSES);
      optimiser.minimize(() => {
        const pixels = rows.flatMap((row) => [...given.images.pixels.subarray(row * VALUES, (row + 1) * VALUES)]);
        const images = viewsOf(tf.tensor4d(pixels, [rows.length, SIZE, SIZE, 1]), 1);
        const own = rows.flatMap((row) => [...labels.subarray(row * CLASSES, (row + 1) * CLASSES)]);
        return lossOf(net.graph, net.named(place as tf.Tensor as tf.Tensor1D), {
          images,
          targets: tf.tensor2d(own, [rows.length, CLASSES]),
        });
      });
      optimiser.dispose();
    }
    const [mine, theirs] = [places.at(-1)!.dataSync(), place.dataSync()];
    mine.forEach((value, i) => expect(value).toBeCloseTo(theirs[i]!, 5));
    tf.dispose([places, place]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('is learned down the whole objective, by central differences through all of its steps', async () => {
    const [net, given] = [smoothNet(), course()];
    const passes = microBatches('rows', 4);
    const before = tf.memory().numTensors;
    const gradient = await courseGradient(net, given, (place) => slopeOf(net, place, lesson(), passes));
    expect(tf.memory().numTensors).toBe(before);
    expect(gradient.loss).toBeCloseTo(lossAfter(net, given), 5);
    const moved = (pixels: Float32Array, logits: Float32Array, logSizes: Float32Array, by: number): Course => {
      const add = (values: Float32Array, way: Float32Array) => values.map((value, i) => value + by * way[i]!);
      return {
        ...given,
        images: { ...given.images, pixels: add(given.images.pixels, pixels) },
        logits: add(given.logits, logits),
        logSizes: add(given.logSizes, logSizes),
      };
    };
    const draw = random('ways');
    const none = (values: Float32Array) => new Float32Array(values.length);
    const any = (values: Float32Array) => values.map(() => draw.normal());
    const { pixels, logits, logSizes } = gradient;
    const ways = [
      [pixels, none(logits), none(logSizes)],
      [any(pixels), none(logits), none(logSizes)],
      [none(pixels), logits, none(logSizes)],
      [none(pixels), any(logits), none(logSizes)],
      ...[...logSizes.keys()].map((step) => [none(pixels), none(logits), logSizes.map((_, i) => (i === step ? 1 : 0))]),
    ] as [Float32Array, Float32Array, Float32Array][];
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    for (const [x, z, s] of ways) {
      const length = Math.sqrt(dot(x, x) + dot(z, z) + dot(s, s));
      const step = 0.003 / length;
      const said = step * (dot(pixels, x) + dot(logits, z) + dot(logSizes, s));
      const seen = (lossAfter(net, moved(x, z, s, step)) - lossAfter(net, moved(x, z, s, -step))) / 2;
      expect(Math.abs(seen - said)).toBeLessThan(0.02 * Math.abs(said) + 1e-6);
    }
  });

  it('gives a net back as files hold it, which predicts what its vector does', () => {
    const weights = toyWeights(1, CLASSES);
    expect(flatNet(weights).folded(flatNet(weights).values)).toEqual(foldedTensors(weights));
  });

  it('has learned of every parameter, the norms’ as well', async () => {
    const net = smoothNet();
    const at = tf.tensor1d(net.values);
    const { slope } = await slopeOf(net, at, lesson(), microBatches('rows', 6));
    expect(slope).toHaveLength(Object.values(smoothTensors()).reduce((sum, one) => sum + sizeOf(one), 0));
    expect([...slope].every((value) => value !== 0)).toBe(true);
    at.dispose();
  });
});
