import type { Rejection } from '../../contracts/rejections.ts';
import type { ImageLimits, ImageShape } from '../decode.ts';
import { decodeInOrder } from '../decode-items.ts';
import { type ImageSet, type LabelledImage, toImageSet } from '../image-set.ts';
import type { RawItem } from '../raw-item.ts';
import { unknownClass } from './check-labelled.ts';
import type { LabelledSource } from './labelled-format.ts';
import { labelledItems } from './labelled-items.ts';

/** A decoded set, and what was left out of it. */
export interface ReadSet {
  /** In the order of their keys (or rows). */
  readonly set: ImageSet;
  readonly rejected: readonly Rejection[];
  /** Of those whose label is known: the class. */
  readonly classOf: ReadonlyMap<Rejection, string>;
}

/**
 * Decodes a whole labelled set or benchmark.
 * @param classes - the run's classes; a label is an index into them
 * @param onImage - told after each image how many were read so far, rejected ones among them
 * @returns the readable images, and the others with their reasons
 * @throws DataError on a class that the run does not know
 */
export const readLabelled = async (
  source: LabelledSource,
  classes: readonly string[],
  image: ImageShape,
  limits: ImageLimits,
  onImage: (read: number) => void = () => undefined,
): Promise<ReadSet> => {
  const index = new Map(classes.map((name, label) => [name, label]));
  const found: LabelledImage[] = [];
  const rejected: Rejection[] = [];
  const classOf = new Map<Rejection, string>();
  // Decoding tells the key of what it rejects, and not its class.
  const inWork = new Map<string, string>();
  for await (const item of decodeInOrder(noted(labelledItems(source, limits), inWork), image, limits)) {
    if (item.kind === 'rejected') {
      const { rejection } = item;
      const className = item.className ?? inWork.get(rejection.key);
      inWork.delete(rejection.key);
      rejected.push(rejection);
      if (className !== undefined) classOf.set(rejection, className.normalize('NFC'));
    } else {
      const { className = '', ...decoded } = item;
      inWork.delete(item.key);
      const label = index.get(className.normalize('NFC'));
      if (label === undefined) throw unknownClass(source.field, className, classes);
      found.push({ ...decoded, label });
    }
    onImage(found.length + rejected.length);
  }
  return { set: toImageSet(found, image), rejected, classOf };
};

async function* noted(items: AsyncIterable<RawItem>, inWork: Map<string, string>): AsyncGenerator<RawItem> {
  for await (const item of items) {
    if (item.kind !== 'rejected' && item.className !== undefined) inWork.set(item.key, item.className);
    yield item;
  }
}
