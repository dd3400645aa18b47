import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { csvRecord } from '../core/contracts/csv.ts';
import { drawFace } from './draw-face.ts';
import { EXPRESSIONS } from './expressions.ts';
import { ALBUM } from './looks.ts';
import { drawPool, type PoolFile } from './pool.ts';
import { createRandom, type DemoRandom } from './random.ts';
import { encode, FILE_TYPES, render } from './render.ts';

export interface DemoOptions {
  /** @default 7 */
  readonly seed?: number;
  /** Faces per class in the labelled set. @default 15 */
  readonly labelledPerClass?: number;
  /** Faces per class in the benchmark: 4,004 of seven. @default 572 */
  readonly benchmarkPerClass?: number;
  /** Faces in the pool; a tenth as many distractors and some broken files come on top. @default 1800 */
  readonly poolFaces?: number;
}

/** Folders and files of the demo's data. */
export interface DemoPaths {
  readonly labelled: string;
  readonly pool: string;
  readonly benchmark: string;
  readonly audit: string;
}

const POOL_SHARDS = 4;

/** Class folders of album faces. */
const writeClassFolders = async (random: DemoRandom, folder: string, perClass: number): Promise<void> => {
  for (const expression of EXPRESSIONS) {
    const drawings = Array.from({ length: perClass }, () => drawFace(random, ALBUM, expression));
    const pixels = await render(random, ALBUM, drawings);
    await mkdir(join(folder, expression), { recursive: true });
    for (const [index, face] of pixels.entries()) {
      const type = random.pick(FILE_TYPES);
      await writeFile(join(folder, expression, `${String(index).padStart(3, '0')}.${type}`), await encode(face, type));
    }
  }
};

const writeTar = async (path: string, files: readonly PoolFile[]): Promise<void> => {
  const tar = pack();
  // A fixed time: the same seed gives the same bytes.
  for (const { name, bytes } of files) tar.entry({ name, mtime: new Date(0) }, bytes);
  tar.finalize();
  await pipeline(tar, createWriteStream(path));
};

/**
 * Renders the demo's data: a small labelled set and a benchmark of one look, a pool of another, and the pool's true
 * labels for an audit of what was mined. All of it is drawn here, so it is free of licences and of real people.
 * @param folder - is created; files that stand there are overwritten
 */
export const writeDemo = async (folder: string, options: DemoOptions = {}): Promise<DemoPaths> => {
  const { seed = 7, labelledPerClass = 15, benchmarkPerClass = 572, poolFaces = 1800 } = options;
  const paths: DemoPaths = {
    labelled: join(folder, 'labelled'),
    pool: join(folder, 'pool'),
    benchmark: join(folder, 'benchmark'),
    audit: join(folder, 'audit.csv'),
  };
  // A stream each, so that the size of one part does not change the images of another.
  await writeClassFolders(createRandom(3 * seed), paths.labelled, labelledPerClass);
  await writeClassFolders(createRandom(3 * seed + 1), paths.benchmark, benchmarkPerClass);

  const files = await drawPool(createRandom(3 * seed + 2), poolFaces);
  await mkdir(paths.pool, { recursive: true });
  const perShard = Math.ceil(files.length / POOL_SHARDS);
  for (let shard = 0; shard < POOL_SHARDS; shard++) {
    const name = `pool-${String(shard).padStart(5, '0')}.tar`;
    await writeTar(join(paths.pool, name), files.slice(shard * perShard, (shard + 1) * perShard));
  }
  const rows = files.flatMap(({ name, label }) => (label === undefined ? [] : [csvRecord([name, label])]));
  await writeFile(paths.audit, `${['file,label', ...rows].join('\n')}\n`);
  return paths;
};
