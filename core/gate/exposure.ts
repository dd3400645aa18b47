import type { ExposureLimits } from '../contracts/gate.ts';
import type { Images } from '../data/images.ts';
import { imageAt } from '../data/images.ts';
import { lightness } from './grey.ts';

/** How an image is exposed and focused. */
export interface Exposure {
  /** Mean lightness, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of the lightness. */
  readonly contrast: number;
  /**
   * Logarithm of the variance of the Laplacian over the variance of the image: how much of what is to be seen is fine.
   * @see Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy (ICPR 2000)
   */
  readonly sharpness: number;
}

/** Of each image, at its own size. */
export const exposuresOf = (images: Images): Exposure[] => {
  const grey = lightness(images);
  return Array.from({ length: grey.count }, (_, i) => exposureOf(imageAt(grey, i), grey.size));
};

/** Below this the levels of 8 bits are all that is left of an image. */
const LEAST_VARIANCE = (0.5 / 255) ** 2;

function exposureOf(image: Float32Array, size: number): Exposure {
  const whole = momentsOf(image.length, (i) => image[i]!);
  const inner = size - 2;
  const laplacian = momentsOf(inner * inner, (i) => {
    const at = (Math.floor(i / inner) + 1) * size + (i % inner) + 1;
    return 4 * image[at]! - image[at - 1]! - image[at + 1]! - image[at - size]! - image[at + size]!;
  });
  return {
    mean: whole.mean,
    contrast: Math.sqrt(whole.variance),
    sharpness: Math.log(Math.max(laplacian.variance, 1e-12) / Math.max(whole.variance, LEAST_VARIANCE)),
  };
}

function momentsOf(count: number, value: (i: number) => number): { readonly mean: number; readonly variance: number } {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < count; i++) {
    const one = value(i);
    sum += one;
    squares += one * one;
  }
  const mean = sum / count;
  return { mean, variance: Math.max(0, squares / count - mean * mean) };
}

/** Part of the labelled images that may lie outside of what counts as their range. */
const OUTSIDE = 0.01;
/** How far beyond that range a limit lies at least, as logarithms: where all labelled images are alike, the range is no more than a line. */
const [HALF, QUARTER] = [Math.log(2), Math.log(4)];

/**
 * The limits that a labelled set gives: its hundredth part, and as far again beyond it as that lies from the middle, but at
 * least to half the light or contrast, or a quarter of the detail. So a set that is dim or blurred by nature has dim and
 * blurred limits.
 */
export const limitsOf = (exposures: readonly Exposure[]): Required<ExposureLimits> => {
  const lowest = (of: (exposure: Exposure) => number, least: number): number => {
    const values = exposures.map(of).sort((a, b) => a - b);
    const edge = values[Math.floor(OUTSIDE * values.length)]!;
    return edge - Math.max(values[values.length >> 1]! - edge, least);
  };
  const log = (value: number): number => Math.log(Math.max(value, 1e-4));
  return {
    darkest: Math.exp(lowest(({ mean }) => log(mean), HALF)),
    brightest: 1 - Math.exp(lowest(({ mean }) => log(1 - mean), HALF)),
    contrast: Math.exp(lowest(({ contrast }) => log(contrast), HALF)),
    sharpness: lowest(({ sharpness }) => sharpness, QUARTER),
  };
};
