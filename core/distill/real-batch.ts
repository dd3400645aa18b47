import { type Images, type Shape, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import type { Random } from '../tensor/random.ts';
import type { LessonData } from './flat-net.ts';
import type { ClassMaterial } from './material.ts';
import type { DistillTask } from './method.ts';
import { ensembleSoftLabels } from './teacher.ts';

/** Of every class `perClass` rows of its material, in the order of the classes; a small class repeats its own. */
export const drawRealRows = (material: readonly ClassMaterial[], perClass: number, draw: Random): number[][] =>
  material.map(({ count }) => {
    const order = draw.permutation(count);
    return Array.from({ length: perClass }, (_, i) => order[i % count]!);
  });

/**
 * These real images, class by class.
 * @param standardised - of each class, image `i` of its material
 * @param rows - of each class, as many of every one
 */
export const realImages = (
  standardised: readonly ((i: number) => Float32Array)[],
  rows: readonly (readonly number[])[],
  { size, channels }: Shape,
): Images<Float32Array> => {
  const values = valuesOf({ size, channels });
  const count = rows.reduce((sum, own) => sum + own.length, 0);
  const pixels = new Float32Array(count * values);
  let at = 0;
  for (const [c, own] of rows.entries()) {
    for (const row of own) pixels.set(standardised[c]!(row), at++ * values);
  }
  return { size, channels, count, pixels };
};

/** Draws of real images, and what the teachers say of them. @param shape - of the images */
export const realLessons = async (
  { config, classes, material, teachers }: DistillTask,
  shape: Shape,
): Promise<(draw: Random) => LessonData> => {
  const known: Float32Array[] = [];
  for (const one of material) known.push(await ensembleSoftLabels(teachers, one));
  const standards = material.map(standardiserOf);
  return (draw) => {
    const rows = drawRealRows(material, config.distill.matching.realPerClass, draw);
    return { images: realImages(standards, rows, shape), targets: rowsOf(known, rows, classes.length) };
  };
};

/** Some rows of each class's `[count, width]`, class by class. */
function rowsOf(known: readonly Float32Array[], rows: readonly (readonly number[])[], width: number): Float32Array {
  const values = new Float32Array(rows.flat().length * width);
  let at = 0;
  for (const [c, own] of rows.entries()) {
    for (const row of own) values.set(known[c]!.subarray(row * width, (row + 1) * width), at++ * width);
  }
  return values;
}
