/** How a net is trained. */
export interface Hyperparameters {
  readonly steps: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Beta parameter of mixup's weight; 0 for none. */
  readonly mixup: number;
  /** Decay of the weights' moving average; 0 for none. */
  readonly ema: number;
}

/** Linear warm-up, then a cosine down to zero. `step` counts from 0. */
export const learningRateAt = (step: number, { steps, learningRate }: Hyperparameters): number => {
  const warmUp = Math.ceil(WARM_UP * steps);
  if (step < warmUp) return (learningRate * (step + 1)) / warmUp;
  return (learningRate / 2) * (1 + Math.cos((Math.PI * (step - warmUp)) / Math.max(steps - warmUp, 1)));
};

/** Decay of the moving average at a step: it warms up, so that the first weights are soon forgotten. */
export const emaAt = (step: number, decay: number): number => Math.min(decay, (step + 1) / (step + 10));

/** Part of the steps in which the learning rate rises to its peak. */
const WARM_UP = 0.05;
