import type { CheckpointState } from '../run/checkpoints.ts';

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

/** Rows of numbers that are being optimised, one for each image or step, with Adam's moments. Changed in place. */
export interface AdamRows {
  /** Numbers of one row. */
  readonly width: number;
  /** `[rows, width]` */
  readonly values: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** Steps that each row has taken. */
  readonly stepCount: Int32Array;
}

export const freshAdamRows = (values: Float32Array, width: number): AdamRows => ({
  width,
  values: values.slice(),
  mean: new Float32Array(values.length),
  square: new Float32Array(values.length),
  stepCount: new Int32Array(values.length / width),
});

export interface AdamStep {
  readonly learningRate: number;
  /** What no number may leave. @default no bounds */
  readonly bounds?: readonly [low: number, high: number];
}

/** A typical face's deviation: turns steps of standardised units into steps of pixels. */
const PIXEL_DEVIATION = 0.25;

/** A step of pixels, which stay in [0, 1]. */
export const pixelStep = (learningRate: number): AdamStep => ({
  learningRate: learningRate * PIXEL_DEVIATION,
  bounds: [0, 1],
});

/**
 * One step of Adam on the chosen rows; the others stay as they are and count no step.
 * @param gradient - `[chosen.length, width]`
 * @see Kingma and Ba, Adam (ICLR 2015)
 */
export const stepAdamRows = (
  { width, values, mean, square, stepCount }: AdamRows,
  chosen: readonly number[],
  gradient: Float32Array,
  { learningRate, bounds: [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] }: AdamStep,
): void => {
  chosen.forEach((row, i) => {
    const time = ++stepCount[row]!;
    const rate = (learningRate * Math.sqrt(1 - BETA_2 ** time)) / (1 - BETA_1 ** time);
    for (let k = 0; k < width; k++) {
      const [at, g] = [row * width + k, gradient[i * width + k]!];
      mean[at] = BETA_1 * mean[at]! + (1 - BETA_1) * g;
      square[at] = BETA_2 * square[at]! + (1 - BETA_2) * g * g;
      const moved = values[at]! - (rate * mean[at]!) / (Math.sqrt(square[at]!) + EPSILON);
      values[at] = Math.min(high, Math.max(low, moved));
    }
  });
};

/** Rows as tensors of a checkpoint. @param name - tells them from other rows */
export const encodeAdamRows = (name: string, { values, mean, square, stepCount }: AdamRows): CheckpointState => ({
  [name]: { shape: [values.length], data: values.slice() },
  [`${name}.mean`]: { shape: [mean.length], data: mean.slice() },
  [`${name}.square`]: { shape: [square.length], data: square.slice() },
  [`${name}.stepCount`]: { shape: [stepCount.length], data: stepCount.slice() },
});

export const decodeAdamRows = (name: string, state: CheckpointState, width: number): AdamRows => {
  const floats = (part: string): Float32Array => (state[part]!.data as Float32Array).slice();
  return {
    width,
    values: floats(name),
    mean: floats(`${name}.mean`),
    square: floats(`${name}.square`),
    stepCount: (state[`${name}.stepCount`]!.data as Int32Array).slice(),
  };
};
