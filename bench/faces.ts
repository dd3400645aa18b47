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

interface Format {
  readonly title: string;
  readonly extension: 'png' | 'jpg';
  encode(image: Sharp): Sharp;
}

const jpeg = (side: number): Format => ({
  title: `JPEG, ${side} × ${side} colour`,
  extension: 'jpg',
  encode: (image) => image.resize(side, side).jpeg({ quality: 90 }),
});

/** How an image becomes a file: PNG as the pool's, JPEG as aligned faces from a camera, larger ones, and what is not decoded the fast way. */
export const FACE_FORMATS = {
  png: {
    title: 'PNG, 48 × 48 grey',
    extension: 'png',
    encode: (image) => image.resize(48, 48).greyscale().png(),
  },
  jpg: jpeg(112),
  jpg256: jpeg(256),
  jpg512: jpeg(512),
  jpg1024: jpeg(1024),
} as const satisfies Record<string, Format>;
export type FaceFormat = keyof typeof FACE_FORMATS;

/** Draws faces and writes them as files below `folder/png`, `folder/jpg` and so on. */
export const writeFaces = async (folder: string, formats: readonly FaceFormat[]): Promise<void> => {
  const random = createRandom(1);
  const images = Array.from({ length: FACES }, (_, i) =>
    drawFace(random, STREET, EXPRESSIONS[i % EXPRESSIONS.length]!),
  );
  const drawn = await render(random, STREET, images);
  for (const type of formats) {
    const { encode, extension } = FACE_FORMATS[type];
    await mkdir(join(folder, type), { recursive: true });
    for (const [i, pixels] of drawn.entries()) {
      const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
      await writeFile(join(folder, type, `${String(i).padStart(4, '0')}.${extension}`), await encode(image).toBuffer());
    }
  }
};

/** The files of a folder, sorted by name. */
export const readFaces = async (folder: string): Promise<Buffer[]> =>
  Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))));
