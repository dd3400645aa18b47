import type { LabelBank } from '../artifacts/bank.ts';
import type { Images } from '../data/images.ts';
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
    make: (view) => render(viewParameters(card.recipe, from, view)),
  };
};
