import type { Rejection } from '../../contracts/rejections.ts';
import { withField } from '../../errors.ts';
import type { ImageLimits, ImageShape } from '../decode.ts';
import { decodeInOrder } from '../decode-items.ts';
import { type ImageSet, type LabelledImage, toImageSet } from '../image-set.ts';
import type { RawItem } from '../raw-item.ts';
import { unknownClass } from './check-labelled.ts';
import type { LabelledSource } from './labelled-format.ts';
import { labelledFormatOf } from './registry.ts';

/**
 * Decodes a whole labelled set or benchmark.
 * @param classes - the run's classes; a label is an index into them
 * @param onImage - told after each image how many were read so far, rejected ones among them
 * @returns the readable images in the order of their keys (or rows), and the others with their reasons
 * @throws DataError on a class that the run does not know
 */
export const readLabelled = async (
  source: LabelledSource,
  classes: readonly string[],
  image: ImageShape,
  limits: ImageLimits,
  onImage: (read: number) => void = () => undefined,
): Promise<{ set: ImageSet; rejected: Rejection[] }> => {
  const index = new Map(classes.map((name, label) => [name, label]));
  const found: LabelledImage[] = [];
  const refused: Rejection[] = [];
  for await (const item of decodeInOrder(withField(source.field, rawItems(source)), image, limits)) {
    if (item.kind === 'rejected') refused.push(item.rejection);
    else {
      const { className = '', ...decoded } = item;
      const label = index.get(className);
      if (label === undefined) throw unknownClass(source.field, className, classes);
      found.push({ ...decoded, label });
    }
    onImage(found.length + refused.length);
  }
  return { set: toImageSet(found, image), rejected: refused };
};

async function* rawItems(source: LabelledSource): AsyncGenerator<RawItem> {
  yield* (await labelledFormatOf(source)).read(source);
}
