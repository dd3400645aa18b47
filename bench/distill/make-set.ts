import { METHODS, type Method } from '../../core/contracts/methods.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { selectLabelled, toBytes, toFloats } from '../../core/data/images.ts';
import { viewsOf } from '../../core/data/views.ts';
import { loadMethod } from '../../core/distill/distil-set.ts';
import { materialByClass } from '../../core/distill/material.ts';
import type { Weights } from '../../core/nets/weights.ts';
import type { DistillData } from './data.ts';
import { convNet, type Taught, trainedOn } from './protocol.ts';

/** How sets are made. */
export interface Making {
  /** Of the nets that are asked or matched. */
  readonly width: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Part of the steps that look through a fresh net, where the others take one that was trained for a while. */
  readonly fresh: number;
  readonly seed: number;
}

/** Nets that learned from all training images, for what a method asks: the features that are matched, and one that knows them all. */
export interface Known {
  readonly featureNets: readonly Weights[];
  readonly teacher: Weights;
}

const PRETRAIN_STEPS = [50, 120, 350];
const NETS_EACH = 2;
const TEACHER_STEPS = 600;
const BATCH = 64;

export const trainKnown = async (data: DistillData, { width, seed }: Making): Promise<Known> => {
  const net = convNet(data, width);
  const train = (steps: number, i: number): Promise<Weights> =>
    trainedOn(data.training, net, { steps, batch: BATCH }, ['known', seed, steps, i]);
  const featureNets: Weights[] = [];
  for (const steps of PRETRAIN_STEPS) {
    for (let i = 0; i < NETS_EACH; i++) featureNets.push(await train(steps, i));
  }
  return { featureNets, teacher: await train(TEACHER_STEPS, 0) };
};

/**
 * A set of a method, as the workflow makes it, from all training images.
 * @returns what a net learns from: every view of it with its class
 */
export const makeSet = async (
  data: DistillData,
  method: Method,
  ipc: number,
  draw: number,
  { width, steps, learningRate, fresh, seed }: Making,
  { featureNets, teacher }: Known,
): Promise<Taught> => {
  const { size, channels } = data.training;
  const { factor } = METHODS[method];
  const config = resolveConfig('standard', {
    seed,
    image: { size, channels: channels as 1 | 3, mirror: data.flips },
    net: { name: 'convnet', width },
    distill: {
      matching: {
        steps,
        learningRate,
        fresh,
        augmentation: 'siamese',
        realPerClass: 64,
        syntheticPerClass: 1000,
      },
    },
  });
  const keys = Array.from({ length: data.training.count }, (_, i) => String(i));
  const all = { ...data.training, keys };
  const labelled = { ...selectLabelled(all, []), keys: [], sha256: [] };
  const distil = await loadMethod(method);
  const { images } = await distil({
    config,
    classes: data.classes,
    labelled,
    mined: all,
    teachers: [teacher],
    featureNets,
    primitives: [teacher],
    onProgress: () => undefined,
    ipc,
    draw,
    factor,
    material: materialByClass(all, labelled, data.classes.length, ipc * factor ** 2),
  });
  // As they are kept: in 8 bits.
  const views = viewsOf(toFloats(toBytes(images)), factor);
  const labels = Int32Array.from({ length: views.count }, (_, view) => Math.floor(view / (ipc * factor ** 2)));
  return { ...views, labels };
};
