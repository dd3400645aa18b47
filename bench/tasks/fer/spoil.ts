import sharp from 'sharp';
import { mapInOrder } from '../../../core/map-in-order.ts';
import { ANIMALS } from '../drawn/animals.ts';
import { mix, paint, photograph } from '../drawn/canvas.ts';
import { DIGITS } from '../drawn/digits.ts';
import { type Drawing, drawImages, evenly } from '../drawn/drawing.ts';
import { TEXTURES } from '../drawn/textures.ts';
import { NO_CLASS, type TaskImage } from '../task.ts';

/** Standard deviation in pixels; of an image of 48, finer lines are gone. */
const BLUR = 2;
const AHEAD = 16;

/** The images out of focus. */
export const blurred = async (images: readonly TaskImage[]): Promise<TaskImage[]> => {
  const soft = mapInOrder(images, AHEAD, async (image) => ({
    ...image,
    png: await sharp(image.png).blur(BLUR).png().toBuffer(),
  }));
  const done: TaskImage[] = [];
  for await (const image of soft) done.push(image);
  return done;
};

/** Images without a face, a quarter of them of each kind. */
export const drawJunk = (count: number, seed: number): TaskImage[] =>
  [TEXTURES, ANIMALS, DIGITS, EMPTY].flatMap((drawing) => {
    const each = Math.ceil(count / 4 / drawing.classes.length);
    const images = drawImages(drawing, evenly(drawing.classes, each), [seed, 'junk']);
    return images.slice(0, Math.round(count / 4)).map(({ png }) => ({ png, label: NO_CLASS }));
  });

/** Noise, and walls as before a covered lens. */
const EMPTY: Drawing = {
  name: 'empty',
  classes: ['noise', 'wall'],
  side: 48,
  draw: (random, label) => {
    const [left, right] = [random.next(), random.next()];
    const canvas = paint(EMPTY.side, (x) => mix(left, right, (x + 1) / 2));
    const noise = label === 'noise' ? 0.5 : 0.02;
    return photograph(random, canvas, { light: 0.3, contrast: [0.8, 1], noise, blur: 0 });
  },
};
