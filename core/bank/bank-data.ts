import type { LabelBank } from '../artifacts/bank.ts';
import { type Images, valuesOf } from '../data/images.ts';
import { standardiserOf } from '../data/standardise.ts';
import { DataError } from '../errors.ts';
import type { MadeData } from '../train/training-data.ts';
import { imagesHash, singleImages } from './make-bank.ts';
import { viewRenderer } from './render-view.ts';
import { viewParameters } from './view-parameters.ts';

/**
 * The views of a bank with their labels, to train on.
 * @param images - those that the bank was made of
 * @throws DataError where they are others
 */
export const bankData = ({ card, count, labels }: LabelBank, images: Images): MadeData => {
  const hash = imagesHash(images);
  // The same values may stand for images of another shape.
  const alike = images.count === card.images && images.size === card.size && images.channels === card.channels;
  if (hash !== card.imagesSha256 || !alike) {
    throw new DataError(
      `This label bank was made of other images: SHA-256 ${card.imagesSha256} of ${card.images} of ${card.size} × ${card.size} × ` +
        `${card.channels}. Received ${hash} of ${images.count} of ${images.size} × ${images.size} × ${images.channels}.`,
    );
  }
  const single = singleImages({ ...images, factor: card.factor });
  const render = viewRenderer(single, standardiserOf(single));
  const from = { images: single.count, size: card.size };
  return {
    size: card.size,
    channels: card.channels,
    count,
    classes: card.classes.length,
    targets: labels,
    make: keptOnce(valuesOf(single), (view) => render(viewParameters(card.recipe, from, view))),
  };
};

/** Rendered views that are kept, in bytes: all 8,192 of 48 × 48 grey values. */
const MOST_BYTES = 96 * 1024 * 1024;

/** Keeps what was made, as far as there is room: a net sees each view several times, and every net of an arm sees the same ones. */
function keptOnce(values: number, make: (view: number) => Float32Array): (view: number) => Float32Array {
  const most = Math.floor(MOST_BYTES / (values * Float32Array.BYTES_PER_ELEMENT));
  const kept = new Map<number, Float32Array>();
  return (view) => {
    const known = kept.get(view);
    if (known !== undefined) return known;
    const made = make(view);
    if (kept.size < most) kept.set(view, made.slice());
    return made;
  };
}
