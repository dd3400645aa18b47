import { METHODS } from '../../contracts/methods.ts';
import { concatImages, type Images, imageAt, selectImages, toBytes, toFloats, valuesOf } from '../../data/images.ts';
import { standardised } from '../../data/standardise.ts';
import { pack } from '../../data/views.ts';
import { type Random, random } from '../../tensor/random.ts';
import type { ClassMaterial } from '../material.ts';
import type { Distil } from '../method.ts';

/** Images that are averaged: a face of the result is that of none of them. */
const GROUP = METHODS.averages.averaged;

/**
 * Means of mined images that look alike, packed: each of one that was drawn by chance and of those that are nearest to it, of which none
 * is used again as long as there are enough. A mean is blurred, so that half its height and width show all of it.
 * @see Newton, Sweeney, Malin, Preserving Privacy by De-identifying Face Images (IEEE TKDE 2005), whose k-Same this is; there all images of
 * a group are replaced by their mean
 */
export const distil: Distil = async ({ config, ipc, draw, factor, material }) => {
  const views = factor ** 2;
  const means: Images<Float32Array>[] = [];
  const provenance: string[][] = [];
  for (const one of material) {
    const groups = groupsOf(one, ipc * views, random(config.seed, 'averages', ipc, draw, one.label));
    for (const rows of groups) means.push(meanOf(toFloats(selectImages(one, rows))));
    for (let i = 0; i < ipc; i++) {
      const rows = groups.slice(i * views, (i + 1) * views).flat();
      provenance.push(rows.map((row) => one.keys[row]!));
    }
  }
  const whole = concatImages(means);
  return { images: pack(whole, factor), provenance, sources: toBytes(whole) };
};

/** Rows of a class's images in so many groups. */
function groupsOf(images: ClassMaterial, count: number, draw: Random): number[][] {
  const values = valuesOf(images);
  const standard = standardised(images.pixels, values);
  const likeness = (a: number, b: number): number => {
    let sum = 0;
    for (let k = 0; k < values; k++) sum += standard[a * values + k]! * standard[b * values + k]!;
    return sum;
  };
  let unused: number[] = [];
  return Array.from({ length: count }, () => {
    if (unused.length < GROUP) unused = [...draw.permutation(images.count)];
    const first = unused[0]!;
    const near = new Map(unused.map((row) => [row, likeness(first, row)]));
    const group = unused.toSorted((a, b) => near.get(b)! - near.get(a)!).slice(0, GROUP);
    unused = unused.filter((row) => !group.includes(row));
    return group;
  });
}

/** The mean of some images, with the contrast that each of them has, which a mean takes away. */
function meanOf(images: Images<Float32Array>): Images<Float32Array> {
  const values = valuesOf(images);
  const pixels = new Float32Array(values);
  for (let i = 0; i < images.count; i++) imageAt(images, i).forEach((value, k) => (pixels[k]! += value / images.count));
  const contrasts = Array.from({ length: images.count }, (_, i) => spreadOf(imageAt(images, i)).deviation);
  const { mean, deviation } = spreadOf(pixels);
  const gain = deviation === 0 ? 1 : contrasts.reduce((sum, one) => sum + one, 0) / images.count / deviation;
  return { ...images, count: 1, pixels: pixels.map((value) => Math.min(Math.max(mean + gain * (value - mean), 0), 1)) };
}

function spreadOf(pixels: Float32Array): { readonly mean: number; readonly deviation: number } {
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
  const squares = pixels.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / pixels.length) };
}
