import { selectImages, toFloats } from '../data/images.ts';
import { blurred } from '../data/views.ts';
import { argmaxRows } from '../nets/logits.ts';
import type { Weights } from '../nets/weights.ts';
import type { ClassMaterial } from './material.ts';
import { ensembleSoftLabels } from './teacher.ts';

/**
 * Rows of a class's images in the order in which they are to be packed: those first that a net still takes for the class once they
 * are packed. What it no longer recognises at that size teaches little, and its labels of it are wrong.
 * @param order - rows in the order in which they are wanted
 * @param wanted - rows that are enough: the net is asked about no more than it takes to find so many
 * @returns at most `wanted`
 */
export const packableFirst = async (
  material: ClassMaterial,
  order: readonly number[],
  wanted: number,
  factor: number,
  net: Weights,
): Promise<number[]> => {
  const recognised: number[] = [];
  const other: number[] = [];
  for (let start = 0; start < order.length && recognised.length < wanted; start += wanted) {
    const rows = order.slice(start, start + wanted);
    const packed = blurred(toFloats(selectImages(material, rows)), factor);
    const seen = argmaxRows(await ensembleSoftLabels([net], packed), net.net.classes);
    for (const [i, row] of rows.entries()) (seen[i] === material.label ? recognised : other).push(row);
  }
  return [...recognised, ...other].slice(0, wanted);
};
