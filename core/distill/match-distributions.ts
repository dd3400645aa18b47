import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../contracts/config.ts';
import { type Images, type Shape, selectImages, sliceImages, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import type { Net } from '../nets/net.ts';
import { graphTensors } from '../nets/run-graph.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import { type Checkpointer, type CheckpointState, withoutCheckpoints } from '../run/checkpoints.ts';
import { readValues } from '../tensor/flat.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import { type Random, resumeRandom } from '../tensor/random.ts';
import { recalibrateBatchNorm } from '../train/recalibrate-batch-norm.ts';
import { type AdamPixels, freshAdamPixels, stepAdamPixels } from './adam-pixels.ts';
import type { ClassMaterial } from './material.ts';
import type { Objective } from './objective.ts';
import { drawVariation } from './siamese.ts';

/** Images being distilled, [0, 1]; those of class c are `perClass` in a row from c · perClass on. */
export interface SyntheticImages extends Images<Float32Array> {
  readonly perClass: number;
  /** Views along one side of an image. */
  readonly factor: number;
}

export interface MatchOptions {
  readonly objective: Objective;
  readonly draw: Random;
  /** @default matching that cannot be resumed */
  readonly checkpointer?: Checkpointer | undefined;
  /** Called after every step, which counts from 1. */
  readonly onStep: (step: number) => void;
}

/** Name of the state among the checkpoints: there is one matching a job. */
const STATE = 'matching';

/**
 * Matching: moves the pixels so that, as nets see them, each class's views come near its real images by the objective. Per step one net, one variation of all images, a draw of real images and of views; Adam on the pixels.
 * @param nets - trained nets whose features are matched, after a few steps and after more
 * @returns the moved pixels, clipped to [0, 1]
 * @throws InterruptedError when the work is told to stop
 */
export const matchDistributions = async (
  start: SyntheticImages,
  material: readonly ClassMaterial[],
  nets: readonly Weights[],
  settings: RunConfig['distill']['matching'],
  { objective, draw: fresh, checkpointer = withoutCheckpoints, onStep }: MatchOptions,
): Promise<Float32Array> => {
  const { size, channels, perClass, factor } = start;
  const values = valuesOf(start);
  const chosenPerClass = Math.max(1, Math.min(perClass, Math.floor(settings.syntheticPerClass / factor ** 2)));
  const earlier = await checkpointer.load(STATE);
  const draw = earlier === undefined ? fresh : resumeRandom(earlier.draw!.data as Int32Array);
  const moving = earlier === undefined ? freshAdamPixels(start.pixels, values) : decodePixels(earlier, values);
  const tensors = nets.map(graphTensors);
  const passes = microBatches('classes to match', material.length);
  const standards = material.map(standardiserOf);

  try {
    for (let step = earlier?.step?.data[0] ?? 0; step < settings.steps; step++) {
      await checkpointer.step(STATE, () => encodePixels(moving, step, draw));
      const untrained = settings.fresh > 0 && draw.next() < settings.fresh;
      const net = draw.below(untrained ? 2 ** 31 : nets.length);
      const vary = drawVariation(settings.augmentation, nets[0]!.net, draw);
      const real = realBatch(material, standards, settings.realPerClass, start, draw);
      const chosen = material.flatMap((_, c) =>
        [...draw.permutation(perClass).slice(0, chosenPerClass)].map((i) => c * perClass + i),
      );
      const batch = selectImages({ ...start, pixels: moving.pixels }, chosen);
      const gradient = new Float32Array(batch.pixels.length);

      const weights = untrained ? freshNet(nets[0]!.net, net, real) : nets[net]!;
      const own = untrained ? graphTensors(weights) : undefined;
      const look = { weights, tensors: own ?? tensors[net]!, factor, vary, step };
      // The distance is a sum over classes, so a class's part of the gradient does not depend on the others.
      await passes.run(material.length, (first, classes) => {
        const rows = (all: Images<Float32Array>, perClass: number): tf.Tensor4D => {
          const { pixels, count } = sliceImages(all, first * perClass, classes * perClass);
          return tf.tensor4d(pixels, [count, size, size, channels]);
        };
        const part = readValues(() => {
          const sides = { real: rows(real, settings.realPerClass), synthetic: rows(batch, chosenPerClass) };
          return objective.gradient(look, { ...sides, first, classes });
        });
        gradient.set(part, first * chosenPerClass * values);
      });
      if (own !== undefined) tf.dispose(own);
      stepAdamPixels(moving, chosen, gradient, settings.learningRate);
      onStep(step + 1);
    }
  } finally {
    tf.dispose(tensors);
  }
  checkpointer.finish(STATE, encodePixels(moving, settings.steps, draw));
  return moving.pixels;
};

/** A net that has learned nothing, with the batch-norm statistics that its weights give real images. @param seed - chooses the weights */
function freshNet(net: Net, seed: number, real: Images<Float32Array>): Weights {
  const parameters = freshParameters(net, ['matching', seed]);
  return { net, parameters, batchNormStats: recalibrateBatchNorm(net, parameters, real) };
}

function decodePixels(state: CheckpointState, values: number): AdamPixels {
  return {
    values,
    pixels: (state.pixels!.data as Float32Array).slice(),
    mean: (state.mean!.data as Float32Array).slice(),
    square: (state.square!.data as Float32Array).slice(),
    stepCount: (state.stepCount!.data as Int32Array).slice(),
  };
}

function encodePixels({ pixels, mean, square, stepCount }: AdamPixels, step: number, draw: Random): CheckpointState {
  return {
    step: { shape: [1], data: Int32Array.of(step) },
    draw: { shape: [4], data: draw.state() },
    pixels: { shape: [pixels.length], data: pixels.slice() },
    mean: { shape: [mean.length], data: mean.slice() },
    square: { shape: [square.length], data: square.slice() },
    stepCount: { shape: [stepCount.length], data: stepCount.slice() },
  };
}

/** `perClass` standardised real images of every class, class by class; a small class repeats its own. */
function realBatch(
  material: readonly ClassMaterial[],
  standards: readonly ((i: number) => Float32Array)[],
  perClass: number,
  shape: Shape,
  draw: Random,
): Images<Float32Array> {
  const values = valuesOf(shape);
  const pixels = new Float32Array(material.length * perClass * values);
  material.forEach((one, c) => {
    const order = draw.permutation(one.count);
    for (let i = 0; i < perClass; i++) {
      pixels.set(standards[c]!(order[i % one.count]!), (c * perClass + i) * values);
    }
  });
  return { size: shape.size, channels: shape.channels, count: material.length * perClass, pixels };
}
