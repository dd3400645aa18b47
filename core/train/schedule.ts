import type { Recipe } from './fit-net.ts';

/** Share of the steps in which the learning rate rises to its peak. */
const WARM_UP = 0.05;

/** Linear warm-up, then a cosine down to zero. `step` counts from 0. */
export const learningRateAt = (step: number, { steps, learningRate }: Recipe): number => {
  const warmUp = Math.ceil(WARM_UP * steps);
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(steps - warmUp, 1)));
};

/** Decay of the moving average at a step: it warms up, so that the first weights are soon forgotten. */
export const emaAt = (step: number, decay: number): number => Math.min(decay, (step + 1) / (step + 10));
