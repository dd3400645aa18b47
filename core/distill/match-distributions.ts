import * as tf from '@tensorflow/tfjs-core';
import type { RunConfig } from '../contracts/config.ts';
import { type Images, selectImages, sliceImages, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import type { Net } from '../nets/net.ts';
import { graphTensors } from '../nets/run-graph.ts';
import { freshParameters, type Weights } from '../nets/weights.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import { recalibrateBatchNorm } from '../train/recalibrate-batch-norm.ts';
import { freshAdamRows, pixelStep, stepAdamRows } from './adam-rows.ts';
import { compiledObjective } from './compiled-objective.ts';
import { type Floor, keepDistance } from './keep-distance.ts';
import type { ClassMaterial } from './material.ts';
import type { Objective } from './objective.ts';
import { type OptimiseOptions, optimise } from './optimise.ts';
import { drawRealRows, realImages } from './real-batch.ts';
import { drawVariation } from './siamese.ts';

/** Images being distilled, [0, 1]; those of class c are `perClass` in a row from c · perClass on. */
export interface SyntheticImages extends Images<Float32Array> {
  readonly perClass: number;
  /** Views along one side of an image. */
  readonly factor: number;
}

export interface MatchOptions extends Pick<OptimiseOptions, 'draw' | 'checkpointer' | 'onStep'> {
  readonly objective: Objective;
  /** What the views keep away from. @default nothing */
  readonly floor?: Floor | undefined;
}

/** Every so many steps views are pushed off, in so many rounds: each looks at all real images. */
const FLOOR_EVERY = 10;
const ROUNDS = { between: 2, last: 30 };

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
  { objective, floor, ...options }: MatchOptions,
): Promise<Float32Array> => {
  const { size, channels, perClass, factor } = start;
  const values = valuesOf(start);
  const chosenPerClass = Math.max(1, Math.min(perClass, Math.floor(settings.syntheticPerClass / factor ** 2)));
  const pixels = freshAdamRows(start.pixels, values);
  const tensors = nets.map(graphTensors);
  const passes = microBatches('classes to match', material.length);
  const wholly = compiledObjective(objective);
  const standards = material.map(standardiserOf);
  const keep = async (pixels: Float32Array, rounds: number): Promise<void> => {
    if (floor !== undefined) await keepDistance({ ...start, pixels }, factor, floor, rounds);
  };

  try {
    const matched = await optimise({ pixels }, { ...options, name: STATE, steps: settings.steps }, async (now) => {
      const { moving, step, draw } = now;
      const untrained = settings.fresh > 0 && draw.next() < settings.fresh;
      const net = draw.below(untrained ? 2 ** 31 : nets.length);
      const vary = drawVariation(settings.augmentation, nets[0]!.net, draw);
      const real = realImages(standards, drawRealRows(material, settings.realPerClass, draw), start);
      const chosen = material.flatMap((_, c) =>
        [...draw.permutation(perClass).slice(0, chosenPerClass)].map((i) => c * perClass + i),
      );
      const batch = selectImages({ ...start, pixels: moving.pixels.values }, chosen);
      const gradient = new Float32Array(batch.pixels.length);

      const weights = untrained ? freshNet(nets[0]!.net, net, real) : nets[net]!;
      const own = untrained ? graphTensors(weights) : undefined;
      const look = { weights, tensors: own ?? tensors[net]!, factor, vary, step };
      // The distance is a sum over classes, so a class's part of the gradient does not depend on the others.
      await passes.run(material.length, async (first, classes) => {
        const rows = (all: Images<Float32Array>, perClass: number): tf.Tensor4D => {
          const { pixels, count } = sliceImages(all, first * perClass, classes * perClass);
          return tf.tensor4d(pixels, [count, size, size, channels]);
        };
        const sides = { real: rows(real, settings.realPerClass), synthetic: rows(batch, chosenPerClass) };
        try {
          const part = await wholly.gradient(look, { ...sides, first, classes });
          gradient.set(part.dataSync(), first * chosenPerClass * values);
          part.dispose();
        } finally {
          tf.dispose([sides.real, sides.synthetic]);
        }
      });
      if (own !== undefined) tf.dispose(own);
      stepAdamRows(moving.pixels, chosen, gradient, pixelStep(settings.learningRate));
      if (step % FLOOR_EVERY === 0) await keep(moving.pixels.values, ROUNDS.between);
    });
    await keep(matched.pixels.values, ROUNDS.last);
    return matched.pixels.values;
  } finally {
    tf.dispose(tensors);
    wholly.dispose();
  }
};

/** A net that has learned nothing, with the batch-norm statistics that its weights give real images. @param seed - chooses the weights */
function freshNet(net: Net, seed: number, real: Images<Float32Array>): Weights {
  const parameters = freshParameters(net, ['matching', seed]);
  return { net, parameters, batchNormStats: recalibrateBatchNorm(net, parameters, real) };
}
