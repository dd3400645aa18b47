import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type BenchTask, TaskUnavailableError } from '../task.ts';
import { decodeIdx, type IdxSet, splitIdx } from './idx.ts';

/** In the order of Fashion-MNIST's labels. */
const CLASSES = ['t-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle-boot'];
const SPLIT = { classes: CLASSES, labelledPerClass: 20, pool: 20_000, benchmark: 5000 };

/**
 * Clothes. They were kept back until the choices before them were made, and so they run only by their name; later ones were made on them.
 * @see https://github.com/zalandoresearch/fashion-mnist
 */
export const clothes: BenchTask = {
  name: 'clothes',
  about: 'Fashion-MNIST, 20 labelled a class; served to choose what the gate refuses and how the mined are drawn',
  closed: true,
  make: async (seed, { clothes: folder }) => {
    if (folder === undefined)
      throw new TaskUnavailableError('Fashion-MNIST is not given. Name its folder with --clothes.');
    if (!existsSync(folder)) throw new TaskUnavailableError(`--clothes: ${folder} is not there.`);
    const { training, test } = await readIdxFolder(folder);
    return splitIdx(training, test, SPLIT, ['clothes', seed]);
  },
};

/** The four files of a set that is laid out as MNIST was: `train-images-idx3-ubyte.gz` and so on. */
export async function readIdxFolder(folder: string): Promise<{ readonly training: IdxSet; readonly test: IdxSet }> {
  const read = async (part: string): Promise<IdxSet> => ({
    images: decodeIdx(await unpacked(join(folder, `${part}-images-idx3-ubyte.gz`))),
    labels: decodeIdx(await unpacked(join(folder, `${part}-labels-idx1-ubyte.gz`))),
  });
  return { training: await read('train'), test: await read('t10k') };
}

async function unpacked(path: string): Promise<Buffer> {
  return promisify(gunzip)(await readFile(path));
}
