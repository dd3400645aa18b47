import * as tf from '@tensorflow/tfjs-core';
import type { MatchingAugmentation } from '../contracts/distill-config.ts';
import type { Random } from '../tensor/random.ts';
import { cutOut } from '../train/augment.ts';
import { type Affine, affineMatrix, transformed } from './affine-matrix.ts';

/** Varies images `[n, size, size, channels]`, all of them alike, and hands gradients back. To be called inside a `tf.tidy`. */
export interface Vary {
  (images: tf.Tensor4D): tf.Tensor4D;
  /** The name of what has no numbers of its own: the same whenever it is called so. */
  readonly way?: 'unchanged' | 'mirrored';
}

const UNCHANGED: Vary = Object.assign((images: tf.Tensor4D) => images, { way: 'unchanged' as const });
const MIRRORED: Vary = Object.assign((images: tf.Tensor4D) => tf.reverse(images, 2), { way: 'mirrored' as const });

const KINDS = ['colour', 'crop', 'cutout', 'flip', 'scale', 'rotate'] as const;

/** Those of the reference code; lengths are parts of an image's side. */
const RANGES = { brightness: 0.5, saturation: 2, contrast: 0.5, crop: 0.125, cutout: 0.5, scale: 1.2, degrees: 15 };

/**
 * How the images of the next step are varied.
 * @param size - of a side in pixels
 * @param mirror - whether an image's mirror shows the same class
 */
export const drawVariation = (
  augmentation: MatchingAugmentation,
  { size, mirror }: { readonly size: number; readonly mirror: boolean },
  draw: Random,
): Vary => {
  if (augmentation === 'siamese') return drawSiamese(size, mirror, draw);
  return mirror ? drawMirror(draw) : UNCHANGED;
};

/** Mirrors every image in half of the steps. */
const drawMirror = (draw: Random): Vary => (draw.next() < 0.5 ? MIRRORED : UNCHANGED);

/**
 * Differentiable siamese augmentation: one of six kinds a step, by the same numbers for real and synthetic images, so that they are
 * compared as nets see them that learn from varied images.
 * @see Zhao and Bilen, Dataset Condensation with Differentiable Siamese Augmentation (ICML 2021)
 */
export const drawSiamese = (size: number, mirror: boolean, draw: Random): Vary => {
  const kinds = KINDS.filter((kind) => kind !== 'flip' || mirror);
  const unchanged: Affine = { turn: 0, scaleX: 1, scaleY: 1, dx: 0, dy: 0 };
  const warped = (change: Partial<Affine>): Vary => {
    const matrix = affineMatrix(size, { ...unchanged, ...change });
    return (images) => transformed(images, matrix);
  };
  switch (kinds[draw.below(kinds.length)]!) {
    case 'colour':
      return drawColour(draw);
    case 'crop': {
      const furthest = Math.floor(RANGES.crop * size + 0.5);
      const moved = (): number => draw.below(2 * furthest + 1) - furthest;
      return warped({ dx: moved(), dy: moved() });
    }
    case 'cutout':
      return drawCutout(size, draw);
    case 'flip':
      return drawMirror(draw);
    case 'scale': {
      const factor = (): number => draw.uniform(1 / RANGES.scale, RANGES.scale);
      return warped({ scaleX: factor(), scaleY: factor() });
    }
    case 'rotate':
      return warped({ turn: (draw.uniform(-RANGES.degrees, RANGES.degrees) * Math.PI) / 180 });
  }
};

/** Brightness, then saturation, then contrast. */
function drawColour(draw: Random): Vary {
  const lift = draw.uniform(-RANGES.brightness, RANGES.brightness);
  const saturation = draw.uniform(0, RANGES.saturation);
  const contrast = draw.uniform(1 - RANGES.contrast, 1 + RANGES.contrast);
  const around = (images: tf.Tensor, axes: number[], gain: number): tf.Tensor => {
    const mean = tf.mean(images, axes, true);
    return tf.add(tf.mul(tf.sub(images, mean), gain), mean);
  };
  return (images) => around(around(tf.add(images, lift), [3], saturation), [1, 2, 3], contrast) as tf.Tensor4D;
}

/** A square of zeros whose centre lies anywhere. */
function drawCutout(size: number, draw: Random): Vary {
  const side = Math.floor(RANGES.cutout * size + 0.5);
  const mask = new Float32Array(size * size).fill(1);
  cutOut(mask, 0, size, 1, side, draw);
  return (images) => tf.mul(images, tf.tensor4d(mask, [1, size, size, 1]));
}
