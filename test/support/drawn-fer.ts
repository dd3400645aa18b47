import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { EMOTIONS } from '../../core/data/lists/emotions.ts';
import { drawFace } from '../../demo/draw-face.ts';
import { EXPRESSIONS, type Expression } from '../../demo/expressions.ts';
import { ALBUM } from '../../demo/looks.ts';
import { drawPool } from '../../demo/pool.ts';
import { createRandom } from '../../demo/random.ts';
import { encode, render, SIDE } from '../../demo/render.ts';

/** Rows of each class by their `Usage`. */
const ROWS = { Training: 7, PublicTest: 3, PrivateTest: 3 };

/** What the tutorials start from, drawn: fer2013.csv, a folder `pool` of photos of faces, and `me.jpg`. */
export const writeDrawnFer = async (folder: string): Promise<void> => {
  const random = createRandom(5);
  const rows = Object.entries(ROWS).flatMap(([usage, count]) =>
    EXPRESSIONS.flatMap((expression) => Array.from({ length: count }, () => [expression, usage] as const)),
  );
  const faces = await render(
    random,
    ALBUM,
    rows.map(([expression]) => drawFace(random, ALBUM, expression)),
  );
  const lines = await Promise.all(
    rows.map(async ([expression, usage], i) => {
      const grey = sharp(faces[i]!, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .resize(48, 48)
        .greyscale();
      return `${numberOf(expression)},${(await grey.raw().toBuffer()).join(' ')},${usage}`;
    }),
  );
  await writeFile(join(folder, 'fer2013.csv'), `${['emotion,pixels,Usage', ...lines].join('\n')}\n`);
  await mkdir(join(folder, 'pool'));
  for (const { name, bytes } of await drawPool(random, 40)) await writeFile(join(folder, 'pool', name), bytes);
  const [me] = await render(random, ALBUM, [drawFace(random, ALBUM, 'happy')]);
  await writeFile(join(folder, 'me.jpg'), await encode(me!, 'jpg'));
};

function numberOf(expression: Expression): number {
  return EMOTIONS.indexOf(expression);
}
