import { type Images, selectImages, toFloats } from '../data/images.ts';
import { blurred } from '../data/views.ts';
import { argmaxRows } from '../nets/logits.ts';
import type { Weights } from '../nets/weights.ts';
import { ensembleSoftLabels } from './teacher.ts';

/**
 * Rows of images in the order in which they are to be packed: those first that a net takes for the same class once they are packed.
 * What it no longer recognises at that size teaches little, and its labels of it are wrong.
 * @param order - rows in the order in which they are wanted
 * @param wanted - rows that are enough: the net is asked about no more than it takes to find so many
 * @returns at most `wanted`
 */
export const packableFirst = async (
  images: Images<Uint8Array>,
  order: readonly number[],
  wanted: number,
  factor: number,
  net: Weights,
): Promise<number[]> => {
  const same: number[] = [];
  const other: number[] = [];
  for (let start = 0; start < order.length && same.length < wanted; start += wanted) {
    const rows = order.slice(start, start + wanted);
    const sharp = toFloats(selectImages(images, rows));
    const [seen, packed] = await Promise.all(
      [sharp, blurred(sharp, factor)].map(async (one) =>
        argmaxRows(await ensembleSoftLabels([net], one), net.net.classes),
      ),
    );
    for (const [i, row] of rows.entries()) (seen![i] === packed![i] ? same : other).push(row);
  }
  return [...same, ...other].slice(0, wanted);
};
