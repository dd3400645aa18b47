/** A typical face's deviation: turns steps of standardised units into steps of pixels. */
const PIXEL_DEVIATION = 0.25;
const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

/** Images that are being optimised, with Adam's moments. Changed in place. */
export interface AdamPixels {
  /** Values of one image. */
  readonly values: number;
  /** `[images, values]` in [0, 1] */
  readonly pixels: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** Steps that each image has taken. */
  readonly stepCount: Int32Array;
}

export const freshAdamPixels = (pixels: Float32Array, values: number): AdamPixels => ({
  values,
  pixels: pixels.slice(),
  mean: new Float32Array(pixels.length),
  square: new Float32Array(pixels.length),
  stepCount: new Int32Array(pixels.length / values),
});

/**
 * One step of Adam on the chosen images, clipped to [0, 1]; the others stay as they are and count no step.
 * @param gradient - `[chosen.length, values]`
 * @see Kingma and Ba, Adam (ICLR 2015)
 */
export const stepAdamPixels = (
  { values, pixels, mean, square, stepCount }: AdamPixels,
  chosen: readonly number[],
  gradient: Float32Array,
  learningRate: number,
): void => {
  chosen.forEach((image, i) => {
    const time = ++stepCount[image]!;
    const rate = (learningRate * PIXEL_DEVIATION * Math.sqrt(1 - BETA_2 ** time)) / (1 - BETA_1 ** time);
    for (let v = 0; v < values; v++) {
      const [at, g] = [image * values + v, gradient[i * values + v]!];
      mean[at] = BETA_1 * mean[at]! + (1 - BETA_1) * g;
      square[at] = BETA_2 * square[at]! + (1 - BETA_2) * g * g;
      const moved = pixels[at]! - (rate * mean[at]!) / (Math.sqrt(square[at]!) + EPSILON);
      pixels[at] = Math.min(1, Math.max(0, moved));
    }
  });
};
