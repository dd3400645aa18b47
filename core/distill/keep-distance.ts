import * as tf from '@tensorflow/tfjs-core';
import { mirroredRows, pixelRows, type Rows } from '../data/image-rows.ts';
import { type Images, type Shape, valuesOf } from '../data/images.ts';
import { mirrored } from '../data/mirrored.ts';
import { nearestRows } from '../data/nearest-rows.ts';
import { viewsOf as viewsIn } from '../data/views.ts';
import { readValues } from '../tensor/flat.ts';
import { type Random, random } from '../tensor/random.ts';
import { viewsOf } from './objective.ts';

/** What views keep away from. */
export interface Floor {
  /** As the set would show them. */
  readonly real: Rows;
  /** Least 1 − cosine of standardised pixels to any of them, upright or mirrored. */
  readonly distance: number;
}

/** From a copy no direction leads away, so it is first disturbed by so much: views nearer than this, by noise of this deviation. */
const COPY = { distance: 1e-3, noise: 0.02 };

/** A part beyond the floor, so that rounding to 8 bits does not fall below it. */
const MARGIN = 1.02;

/**
 * Pushes views off that are nearer to a real image than the floor: each along the gradient of its distance, by the angle that is missing, in
 * rounds, since clipped pixels and the next neighbour want another.
 * @param images - in [0, 1], `factor`² views in each; changed in place
 * @returns how many views are still nearer after these rounds
 */
export const keepDistance = async (
  images: Images<Float32Array>,
  factor: number,
  { real, distance }: Floor,
  rounds: number,
): Promise<number> => {
  const wanted = Math.acos(1 - Math.min(distance * MARGIN, 1));
  const each = factor ** 2;
  const width = valuesOf(images);
  for (let round = 0; ; round++) {
    const views = viewsIn(images, factor);
    const upright = pixelRows(views);
    const { rows, distances } = await nearestRows([upright, mirroredRows(views)], real);
    const near = [...distances.keys()].filter((view) => distances[view]! < distance);
    if (near.length === 0 || round === rounds) return near.length;
    const away = new Float32Array(views.pixels.length);
    for (const view of near) away.set(facing(upright.read(view, 1), real.read(rows[view]!, 1), images), view * width);
    const slope = cosineSlope(images, factor, away);
    for (const view of near) {
      const start = Math.floor(view / each) * width;
      const own = cellIndices(images, factor, view % each).map((index) => start + index);
      const way = wayOff(own, slope, distances[view]!, wanted, random('keep-distance', round, view));
      own.forEach((index, i) => {
        images.pixels[index] = Math.min(1, Math.max(0, images.pixels[index]! + way[i]!));
      });
    }
  }
};

/**
 * By how much each value of a view is to change.
 * @param own - where its values lie
 * @param wanted - the angle to its neighbour that it is to have
 */
function wayOff(
  own: readonly number[],
  slope: Float32Array,
  distance: number,
  wanted: number,
  noise: Random,
): number[] {
  if (distance < COPY.distance) return own.map(() => COPY.noise * noise.normal());
  const angle = Math.acos(1 - distance);
  const square = own.reduce((sum, index) => sum + slope[index]! ** 2, 0);
  // The cosine falls by the sine of the angle for each bit of it.
  return own.map((index) => (-Math.sin(angle) * (wanted - angle) * slope[index]!) / square);
}

/** A real image as it is nearest to a view: upright or mirrored. Rows of length 1. */
function facing(view: Float32Array, real: Float32Array, shape: Shape): Float32Array {
  const turned = mirrored(real, shape);
  const cosine = (other: Float32Array): number => view.reduce((sum, value, i) => sum + value * other[i]!, 0);
  return cosine(real) >= cosine(turned) ? real : turned;
}

/**
 * The gradient by the pixels of the views' cosines to one row each, which is 0 of a view that has none.
 * @param rows - `[views, values]`
 */
function cosineSlope(
  { count, size, channels, pixels }: Images<Float32Array>,
  factor: number,
  rows: Float32Array,
): Float32Array {
  const cosines = (images: tf.Tensor): tf.Tensor => {
    const views = tf.reshape(viewsOf(images as tf.Tensor4D, factor), [count * factor ** 2, -1]);
    const others = tf.tensor2d(rows, [count * factor ** 2, size * size * channels]);
    return tf.sum(tf.div(tf.sum(tf.mul(views, others), 1), tf.norm(views, 2, 1)));
  };
  return readValues(() => tf.grad(cosines)(tf.tensor4d(pixels, [count, size, size, channels])));
}

/** Where the values of a view lie in its image. */
function cellIndices({ size, channels }: Shape, factor: number, view: number): number[] {
  const cell = size / factor;
  const [top, left] = [Math.floor(view / factor) * cell, (view % factor) * cell];
  const line = Array.from({ length: cell * channels }, (_, i) => i);
  return Array.from({ length: cell }, (_, y) => ((top + y) * size + left) * channels).flatMap((start) =>
    line.map((i) => start + i),
  );
}
