import type { LabelBank } from '../artifacts/bank.ts';
import type { ViewRecipe } from '../contracts/bank.ts';
import type { RunConfig } from '../contracts/config.ts';
import type { Images } from '../data/images.ts';
import { viewsOf } from '../data/views.ts';
import { sha256 } from '../format/sha256.ts';
import type { Weights } from '../nets/weights.ts';
import { random } from '../tensor/random.ts';
import { labelViews } from './label-views.ts';

/** Images that a bank is made of. */
export interface BankImages extends Images {
  /** Smaller ones along each side of an image, of which each counts by itself. */
  readonly factor: 1 | 2;
}

/**
 * Labels views of some images: what a receiver trains on who has neither the teachers nor the pool.
 * @param classes - of the run
 * @param stream - names the bank's seed
 */
export const makeBank = async (
  images: BankImages,
  classes: readonly string[],
  teachers: readonly Weights[],
  config: RunConfig,
  stream: readonly (string | number)[],
  onProgress?: (done: number) => void,
): Promise<LabelBank> => {
  const { views, layers } = config.distill.bank;
  const flip = teachers.every(({ net }) => net.mirror);
  const recipe = recipeOf(random(config.seed, 'bank', ...stream).below(2 ** 32), flip, layers);
  const card = {
    recipe,
    images: images.count,
    factor: images.factor,
    size: images.size,
    channels: images.channels,
    classes: [...classes],
    imagesSha256: imagesHash(images),
  };
  return {
    card,
    count: views,
    labels: await labelViews(teachers, singleImages(images), recipe, views, onProgress),
  };
};

/** Every image by itself: where one holds several, each of them at full size. */
export const singleImages = ({ factor, ...images }: BankImages): Images =>
  factor === 1 ? images : viewsOf(images as Images<Float32Array>, factor);

/** SHA-256 of the values of images as they lie in memory, little-endian. */
export const imagesHash = ({ pixels }: Images): string =>
  sha256(Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength));

/** A label of a mixed view tells more than one of a plain view, and is as small (docs/distillation.md). */
function recipeOf(seed: number, flip: boolean, layers: number): ViewRecipe {
  return { version: 1, seed, flip, degrees: 12, scale: 0.12, shift: 4 / 48, layers };
}
