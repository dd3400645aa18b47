import type { Rejection } from '../contracts/rejections.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import { openStore } from '../store/open.ts';
import { listClassFolders } from './class-folders.ts';
import { decodeGrey, type ImageLimits, type ImageShape } from './decode.ts';
import { FER_SIDE, type FerRow, ferPixels, listFerRows } from './fer-csv.ts';
import { AHEAD, type PoolItem, readFiles } from './files.ts';
import { type LabelledImage, toImageSet } from './gather.ts';
import type { ImageSet } from './image-set.ts';
import { isCsv, type LabelledSource, unknownClass } from './labelled-source.ts';

/** A labelled item: the class is unknown only for what is rejected. */
interface Labelled {
  readonly item: PoolItem;
  readonly className: string | undefined;
}

const rejected = (key: string, detail: string): PoolItem => ({
  kind: 'rejected',
  rejection: { key, reason: 'bad-row', detail },
});

const decodeRow = async (row: FerRow, image: ImageShape): Promise<PoolItem> => {
  if (row.className === undefined) return rejected(row.key, `emotion is "${row.emotion.slice(0, 20)}", needs 0 to 6`);
  const grey = ferPixels(row);
  if (typeof grey === 'string') return rejected(row.key, grey);
  return { kind: 'image', key: row.key, ...(await decodeGrey(grey, FER_SIDE, image)) };
};

async function* imagesOf(source: LabelledSource): AsyncGenerator<string> {
  for await (const { key } of listClassFolders(source)) if (key !== undefined) yield key;
}

async function* labelledItems(
  source: LabelledSource,
  image: ImageShape,
  limits: ImageLimits,
): AsyncGenerator<Labelled> {
  if (isCsv(source.uri)) {
    yield* mapInOrder(listFerRows(source), AHEAD, async (row) => ({
      item: await decodeRow(row, image),
      className: row.className,
    }));
    return;
  }
  const items = readFiles(openStore(source.uri), imagesOf(source), image, limits);
  for await (const item of items) {
    const key = item.kind === 'image' ? item.key : item.rejection.key;
    yield { item, className: key.slice(0, key.indexOf('/')) };
  }
}

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
  for await (const { item, className = '' } of labelledItems(source, image, limits)) {
    if (item.kind === 'rejected') refused.push(item.rejection);
    else {
      const label = index.get(className);
      if (label === undefined) throw unknownClass(source.field, className, classes);
      found.push({ ...item, label });
    }
    onImage(found.length + refused.length);
  }
  return { set: toImageSet(found, image), rejected: refused };
};
