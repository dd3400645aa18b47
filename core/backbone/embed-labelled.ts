import type { Backbone } from '../contracts/backbones.ts';
import type { ImageShape, RunConfig } from '../contracts/config.ts';
import { decodeInOrder } from '../data/decode-items.ts';
import type { ImageSet } from '../data/image-set.ts';
import { blankImages, imageAt, sliceImages } from '../data/images.ts';
import type { LabelledSource } from '../data/labelled/labelled-format.ts';
import { labelledItems } from '../data/labelled/labelled-items.ts';
import { DataError } from '../errors.ts';
import type { Embedder } from './open-backbone.ts';

/** Images that are decoded before they are embedded. */
const AT_ONCE = 64;

/**
 * Embeds a labelled set or benchmark that the run has decoded before, out of its very files: what the run keeps of them is too
 * small for a backbone.
 * @param set - which images, in their order
 * @param onImage - told how many are done
 * @returns `[set.count, embedder.width]`
 * @throws DataError where an image is not there any more, or is another one than before
 */
export const embedLabelled = async (
  embedder: Embedder,
  source: LabelledSource,
  set: ImageSet,
  { image, limits, backbone }: Pick<RunConfig, 'limits'> & { readonly image: ImageShape; readonly backbone: Backbone },
  onImage: (done: number) => void = () => undefined,
): Promise<Float32Array> => {
  const rows = new Map(set.keys.map((key, row) => [key, row]));
  const embeddings = new Float32Array(set.count * embedder.width);
  const block = blankImages(backbone, AT_ONCE);
  let waiting: number[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    const found = await embedder.embed(sliceImages(block, 0, waiting.length));
    waiting.forEach((row, i) => {
      embeddings.set(found.subarray(i * embedder.width, (i + 1) * embedder.width), row * embedder.width);
    });
    done += waiting.length;
    waiting = [];
    onImage(done);
  };

  for await (const item of decodeInOrder(labelledItems(source, limits), image, limits, backbone)) {
    const row = item.kind === 'image' ? rows.get(item.key) : undefined;
    if (item.kind !== 'image' || row === undefined) continue;
    if (item.sha256 !== set.sha256[row]) throw changed(source, item.key, 'is another image');
    imageAt(block, waiting.length).set(item.view!);
    waiting.push(row);
    if (waiting.length === AT_ONCE) await flush();
    rows.delete(item.key);
  }
  if (waiting.length > 0) await flush();
  const [missing] = rows.keys();
  if (missing !== undefined) throw changed(source, missing, 'is gone');
  return embeddings;
};

function changed({ field, uri }: LabelledSource, key: string, how: string): DataError {
  return new DataError(
    `${field}: ${JSON.stringify(key)} in ${uri} ${how} since the run was prepared. Bring it back as it was, or start a run with ` +
      'another run id.',
  );
}
