import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { drawFace } from '../demo/draw-face.ts';
import { EXPRESSIONS } from '../demo/expressions.ts';
import { STREET } from '../demo/looks.ts';
import { createRandom } from '../demo/random.ts';
import { render, SIDE } from '../demo/render.ts';

/** Drawn faces that are decoded. */
const FACES = 256;

/** Height and width, and how an image becomes a file: PNG as the pool's, JPEG as aligned faces from a camera. */
const FORMATS = {
  png: (image: Sharp) => image.resize(48, 48).greyscale().png(),
  jpg: (image: Sharp) => image.resize(112, 112).jpeg({ quality: 90 }),
} as const;

/** Draws faces and writes them as files below `folder/png` and `folder/jpg`. */
export const writeFaces = async (folder: string): Promise<void> => {
  const random = createRandom(1);
  const images = Array.from({ length: FACES }, (_, i) =>
    drawFace(random, STREET, EXPRESSIONS[i % EXPRESSIONS.length]!),
  );
  const drawn = await render(random, STREET, images);
  for (const [type, convert] of Object.entries(FORMATS)) {
    await mkdir(join(folder, type), { recursive: true });
    for (const [i, pixels] of drawn.entries()) {
      const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
      await writeFile(join(folder, type, `${String(i).padStart(4, '0')}.${type}`), await convert(image).toBuffer());
    }
  }
};

/** The files of a folder, sorted by name. */
export const readFaces = async (folder: string): Promise<Buffer[]> =>
  Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))));
