import type { DistilledImages } from '../artifacts/distilled.ts';
import type { SetPrivacy } from '../contracts/privacy.ts';
import { asShown, mirroredRows, pixelRows, type Rows, valueRows } from '../data/image-rows.ts';
import { type Images, selectImages, sliceImages } from '../data/images.ts';
import { nearestRows } from '../data/nearest-rows.ts';
import { viewsOf } from '../data/views.ts';
import { embed } from '../distill/teacher.ts';
import type { Weights } from '../nets/weights.ts';
import { random } from '../tensor/random.ts';
import { nearnessOf, type ViewPlace } from './nearness.ts';

/** Real images that are compared with all others: enough for a quantile at a twentieth, and all that 2 processors do in a minute. */
const COMPARED = 1000;

/** Images with the names by which they are told of. */
interface RealImages extends Images {
  readonly keys: readonly string[];
}

/**
 * How near the views of a set come to real images, in pixels and in an embedding. Every real image is a candidate; how near these come to
 * one another is measured of some of them. All of them are seen as the set would show them.
 * @param teacher - the net whose embedding counts
 */
export const nearnessOfSet = async (
  set: DistilledImages,
  real: RealImages,
  teacher: Weights,
  seed: number,
): Promise<Pick<SetPrivacy, 'views' | 'realImages' | 'realCompared' | 'pixels' | 'embedding'>> => {
  const { factor } = set.spec;
  const views = viewsOf(set, factor);
  const places = placesOf(set);
  const own = random(seed, 'privacy', 'real').subset(real.count, COMPARED);
  const some = selectImages(real, own);

  const pixels = pixelRows(real, factor);
  const byPixels = {
    views: await nearestRows([pixelRows(views), mirroredRows(views)], pixels),
    real: await nearestRows([pixelRows(some, factor), mirroredRows(some, factor)], pixels, own),
  };
  // The embedding is that of an image and its mirror together.
  const embeddings = await embeddingRows(teacher, real, factor);
  const byEmbedding = {
    views: await nearestRows([await embeddingRows(teacher, views, 1)], embeddings),
    real: await nearestRows([await embeddingRows(teacher, some, factor)], embeddings, own),
  };
  return {
    views: views.count,
    realImages: real.count,
    realCompared: own.length,
    pixels: nearnessOf(places, byPixels.views, byPixels.real, real.keys),
    embedding: nearnessOf(places, byEmbedding.views, byEmbedding.real, real.keys),
  };
};

/** Images that are shown and embedded at once: what bounds the memory. */
const BLOCK = 512;

async function embeddingRows(teacher: Weights, images: Images, factor: number): Promise<Rows> {
  const width = teacher.net.embeddingSize;
  const values = new Float32Array(images.count * width);
  for (let start = 0; start < images.count; start += BLOCK) {
    const block = sliceImages(images, start, Math.min(BLOCK, images.count - start));
    values.set(await embed(teacher, asShown(block, factor)), start * width);
  }
  return valueRows(values, width);
}

function placesOf({ spec }: DistilledImages): ViewPlace[] {
  const views = spec.factor ** 2;
  return Array.from({ length: spec.images * views }, (_, i) => {
    const [image, view] = [Math.floor(i / views), i % views];
    const made = spec.provenance[image] ?? [];
    const each = made.length / views;
    return { image, view, madeFrom: made.slice(view * each, (view + 1) * each) };
  });
}
