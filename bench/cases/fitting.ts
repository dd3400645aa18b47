import { fitNet } from '../../core/train/fit-net.ts';
import { CLASSES, CONFIG, K2, MATERIAL_PER_CLASS, TRAIN_BATCH } from '../inputs.ts';
import { stopwatch } from '../stopwatch.ts';
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
    lap: async (steps) => {
      let lap = stopwatch();
      let measured = lap();
      await fitNet(K2, {
        // One step before the clock starts: the batch-norm statistics at the end are not part of a step either.
        hyperparameters: { ...CONFIG.primitive, steps: steps + 1 },
        mixture: [{ set, perBatch: TRAIN_BATCH }],
        parameters: k2Parameters,
        recalibrateOn: set,
        stream: ['bench'],
        onStep: (step) => {
          if (step === 1) lap = stopwatch();
          if (step === steps + 1) measured = lap();
        },
      });
      return { ...measured, count: steps * TRAIN_BATCH };
    },
  };
};
