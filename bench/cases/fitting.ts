import { fitNet } from '../../core/train/fit-net.ts';
import { CLASSES, CONFIG, K2, MATERIAL_PER_CLASS, TRAIN_BATCH } from '../inputs.ts';
import { timedSteps } from '../stopwatch.ts';
import type { Case } from './case.ts';

/** The whole training as a job runs it: drawing, augmenting, mixing up, and the weights' moving average. */
export const k2Fitting: Case = async ({ material, k2Parameters }) => {
  const count = CLASSES * MATERIAL_PER_CLASS;
  const targets = Float32Array.from({ length: count * CLASSES }, (_, i) =>
    i % CLASSES === Math.floor(i / CLASSES / MATERIAL_PER_CLASS) ? 1 : 0,
  );
  const set = { ...CONFIG.image, count, classes: CLASSES, pixels: material, targets };
  return {
    check: [],
    // One step before the clock starts: the batch-norm statistics at the end are not part of a step either.
    lap: async (steps) => ({
      ...(await timedSteps(1, steps, (all, onStep) =>
        fitNet(K2, {
          hyperparameters: { ...CONFIG.primitive, steps: all },
          mixture: [{ set, perBatch: TRAIN_BATCH }],
          augmentation: CONFIG.augmentation,
          parameters: k2Parameters,
          recalibrateOn: set,
          stream: ['bench'],
          onStep,
        }),
      )),
      count: steps * TRAIN_BATCH,
    }),
  };
};
