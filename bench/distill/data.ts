import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { blankImages, imageAt, type LabelledImages } from '../../core/data/images.ts';
import { readLabelled } from '../../core/data/labelled/read-labelled.ts';
import { surveyLabelled } from '../../core/data/labelled/registry.ts';
import { readIdxFolder } from '../tasks/found/clothes.ts';
import type { IdxSet } from '../tasks/found/idx.ts';
import { readMnist } from '../tasks/found/mnist.ts';

/** Images of a benchmark of the distillation literature. */
export interface DistillData {
  /** As `PUBLISHED` names it, or the folder's name. */
  readonly name: string;
  readonly classes: readonly string[];
  readonly training: LabelledImages;
  readonly test: LabelledImages;
  /** Whether a mirrored image is of the same class. */
  readonly flips: boolean;
}

/** Sides that the ConvNet of three pools can take: the reference code lays images of 28 pixels into 32 as well. */
const SIZE = 32;

/**
 * MNIST by its name, a folder of files like MNIST's (Fashion-MNIST), or one of `train/<class>/` and `test/<class>/` (CIFAR-10).
 * @param cache - folder that keeps what is fetched
 * @throws RangeError where the folder is neither
 */
export const readData = async (source: string, cache: string): Promise<DistillData> => {
  if (source === 'mnist') return { ...fromIdx(await readMnist(cache)), name: 'mnist', flips: false };
  const folder = resolve(source);
  const name = basename(folder);
  if (existsSync(join(folder, 'train-images-idx3-ubyte.gz'))) {
    return { ...fromIdx(await readIdxFolder(folder)), name, flips: true };
  }
  if (existsSync(join(folder, 'train')) && existsSync(join(folder, 'test'))) return fromFolders(folder, name);
  throw new RangeError(
    `"${source}" is no data. It must be mnist, a folder of train-images-idx3-ubyte.gz and its three companions, ` +
      'or a folder of train/<class>/ and test/<class>/.',
  );
};

function fromIdx({ training, test }: { readonly training: IdxSet; readonly test: IdxSet }) {
  const classes = Array.from({ length: 1 + Math.max(...training.labels.data) }, (_, label) => String(label));
  return { classes, training: framed(training), test: framed(test) };
}

/** Images in the middle of black ones of `SIZE`. */
function framed({ images: { shape, data }, labels }: IdxSet): LabelledImages {
  const [count = 0, side = 0] = shape;
  const all = blankImages({ size: SIZE, channels: 1 }, count);
  const margin = (SIZE - side) / 2;
  for (let i = 0; i < count; i++) {
    for (let y = 0; y < side; y++) {
      const line = data.subarray((i * side + y) * side, (i * side + y + 1) * side);
      imageAt(all, i).set(line, (y + margin) * SIZE + margin);
    }
  }
  return { ...all, labels: Int32Array.from(labels.data) };
}

async function fromFolders(folder: string, name: string): Promise<DistillData> {
  const uri = (part: string): string => pathToFileURL(join(folder, part)).href;
  const { classes } = await surveyLabelled({ uri: uri('train'), field: 'train' });
  const { limits } = resolveConfig('standard');
  const read = async (part: string): Promise<LabelledImages> =>
    (await readLabelled({ uri: uri(part), field: part }, classes, { size: SIZE, channels: 3 }, limits)).set;
  return { name, classes, training: await read('train'), test: await read('test'), flips: true };
}
