import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../../core/contracts/config.ts';
import { METHODS, type Method, neededOf } from '../../core/contracts/methods.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { selectLabelled, toBytes, toFloats } from '../../core/data/images.ts';
import { viewsOf } from '../../core/data/views.ts';
import { type Course, followCourse } from '../../core/distill/course.ts';
import { loadMethod } from '../../core/distill/distil-set.ts';
import { flatNet } from '../../core/distill/flat-net.ts';
import { materialByClass } from '../../core/distill/material.ts';
import { ensembleSoftLabels } from '../../core/distill/teacher.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { courseOfSet } from '../course-of-set.ts';
import type { DistillData } from './data.ts';
import { accuracyOf, convNet, type Taught, trainedOn } from './protocol.ts';

/** How sets are made. */
export interface Making {
  /** Of the nets that are asked or matched. */
  readonly width: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Part of the steps that look through a fresh net, where the others take one that was trained for a while. */
  readonly fresh: number;
  /** Real images of a class in a step, and views. */
  readonly real: number;
  readonly views: number;
  /** Of the nets whose features are matched, `netsEach` for each number. */
  readonly pretrainSteps: readonly string[];
  readonly netsEach: number;
  /** Of the net that knows them all. */
  readonly teacherSteps: number;
  /** Learn from what a net says that learned from all training images, in place of classes. */
  readonly soft: boolean;
  readonly seed: number;
}

/** Nets that learned from all training images, for what a method asks: the features that are matched, and one that knows them all. */
export interface Known {
  readonly featureNets: readonly Weights[];
  readonly teacher: Weights;
}

const BATCH = 64;

export const trainKnown = async (data: DistillData, making: Making): Promise<Known> => {
  const { width, pretrainSteps, netsEach, teacherSteps, seed } = making;
  const net = convNet(data, width);
  const train = (steps: number, i: number): Promise<Weights> =>
    trainedOn(data.training, net, { steps, batch: BATCH }, ['known', seed, steps, i]);
  const featureNets: Weights[] = [];
  for (const steps of pretrainSteps.map(Number)) {
    for (let i = 0; i < netsEach; i++) featureNets.push(await train(steps, i));
  }
  return { featureNets, teacher: await train(teacherSteps, 0) };
};

/** A set, and what is known of it before any net learns from it. */
export interface Made {
  readonly set: Taught;
  /** The part of the test images that the one net is right about which the set was made for, after the steps it was made for. */
  readonly knownStart?: number;
}

/**
 * A set of a method, as the workflow makes it, from all training images. `unrolled` makes it for one fresh net, as the literature
 * does.
 */
export const makeSet = async (
  data: DistillData,
  method: Method,
  ipc: number,
  draw: number,
  making: Making,
  { featureNets, teacher }: Known,
): Promise<Made> => {
  const { factor } = METHODS[method];
  const keys = Array.from({ length: data.training.count }, (_, i) => String(i));
  const all = { ...data.training, keys };
  const labelled = { ...selectLabelled(all, []), keys: [], sha256: [] };
  const distil = await loadMethod(method);
  const start = freshNet(data, making);
  const { images, labels, stepSizes } = await distil({
    config: configOf(data, making),
    classes: data.classes,
    labelled,
    mined: all,
    teachers: [teacher],
    featureNets,
    primitives: [method === 'unrolled' ? start : teacher],
    onProgress: () => undefined,
    ipc,
    draw,
    factor,
    material: materialByClass(all, labelled, data.classes.length, neededOf(method, ipc)),
  });
  // As they are kept: in 8 bits.
  const views = viewsOf(toFloats(toBytes(images)), factor);
  const targets = labels ?? (making.soft ? await ensembleSoftLabels([teacher], views) : undefined);
  const classOf = Int32Array.from({ length: views.count }, (_, view) => Math.floor(view / (ipc * factor ** 2)));
  const set = { ...views, labels: classOf, targets };
  if (labels === undefined || stepSizes === undefined) return { set };
  return { set, knownStart: accuracyAfter(start, courseOfSet(views, ipc, labels, stepSizes), data) };
};

function configOf(data: DistillData, making: Making): RunConfig {
  const { size, channels } = data.training;
  const { width, seed, steps, learningRate, fresh, real, views } = making;
  return resolveConfig('standard', {
    seed,
    image: { size, channels: channels as 1 | 3, mirror: data.flips },
    net: { name: 'convnet', width },
    distill: {
      matching: {
        steps,
        learningRate,
        fresh,
        augmentation: 'siamese',
        realPerClass: real,
        syntheticPerClass: views,
      },
      unroll: { learningRate: UNROLL_RATE },
    },
  });
}

/** Fresh nets bear larger steps than trained ones. */
const UNROLL_RATE = 0.05;

function freshNet(data: DistillData, { width, seed }: Making): Weights {
  const net = convNet(data, width);
  return { net, parameters: freshParameters(net, ['known-start', seed]), batchNormStats: new Float32Array(0) };
}

function accuracyAfter(start: Weights, course: Course, data: DistillData): number {
  const net = flatNet(start);
  const places = followCourse(net, course);
  const tensors = tf.tidy(() => net.named(places.at(-1)!));
  const accuracy = accuracyOf(start.net, tensors, data.test);
  tf.dispose([places, tensors]);
  return accuracy;
}
