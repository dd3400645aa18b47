import { DistilledSet } from '../contracts/distilled.ts';
import { digits, distilledFolder } from '../contracts/keys.ts';
import { type DrawnSet, setName } from '../contracts/names.ts';
import { type Images, imageAt, toBytes } from '../data/images.ts';
import { encodePng } from '../format/png.ts';
import type { NamedTensor } from '../format/safetensors.ts';
import type { Store } from '../store/store.ts';
import { type Artifact, artifact, binary, json } from './artifact.ts';
import { bankFile, type LabelBank } from './bank.ts';
import { imagesIn, tensorsOf } from './job.ts';

/** A distilled set in memory: images in [0, 1] and what each of them teaches. */
export interface DistilledImages extends Images<Float32Array> {
  readonly spec: DistilledSet;
  /** A row of class probabilities per view: `[images, factor², classes]` */
  readonly labels: Float32Array;
  /** The class each image was made for: `[images]` */
  readonly classOf: Int32Array;
  /** Labels of many views of the images, where the run makes banks. */
  readonly bank?: LabelBank | undefined;
}

/** Class probabilities of every view, and the class each image was made for. */
interface Labels extends Pick<DistilledImages, 'labels' | 'classOf'> {
  /** `[images, views, classes]` */
  readonly shape: readonly number[];
}

/** The objects of one distilled set, below its own folder of a run or of a release. */
export interface DistilledFiles {
  readonly card: Artifact<DistilledSet>;
  /** In [0, 1]. */
  readonly images: Artifact<Images<Float32Array>>;
  readonly labels: Artifact<Labels>;
  readonly bank: Artifact<LabelBank>;
  /** One image in 8 bits, as PNG. */
  png(card: DistilledSet, classOf: Int32Array, index: number): Artifact<Buffer>;
}

export const distilledFiles = (folder: string): DistilledFiles => ({
  card: artifact(`${folder}/set.json`, json(DistilledSet)),
  images: artifact(
    `${folder}/images.safetensors`,
    imagesIn('images', Float32Array, 'A distilled set needs float32 "images".'),
  ),
  labels: artifact(`${folder}/labels.safetensors`, tensorsOf(labelsToTensors, labelsFromTensors)),
  bank: bankFile(folder),
  png: (card, classOf, index) => artifact(`${folder}/train/${pngPath(card, classOf, index)}`, binary),
});

/** Path of an image below `train/`. */
export const pngPath = ({ classes, spec }: DistilledSet, classOf: Int32Array, index: number): string =>
  `${classes[classOf[index]!]}/${setName(spec)}-${digits(index)}.png`;

/** Writes a set into its folder; the PNGs are for the report, which shows the first draw alone. */
export async function writeDistilled(store: Store, folder: string, set: DistilledImages): Promise<void> {
  const { spec, labels, classOf } = set;
  const files = distilledFiles(folder);
  await files.images.write(store, set);
  await files.labels.write(store, { labels, classOf, shape: [spec.images, spec.factor ** 2, spec.classes.length] });
  if (set.bank !== undefined) await files.bank.write(store, set.bank);
  await files.card.write(store, spec);
  if (spec.draw > 0) return;
  const bytes = toBytes(set);
  for (let i = 0; i < spec.images; i++) {
    await files.png(spec, classOf, i).write(store, encodePng(imageAt(bytes, i), spec.size, spec.size, spec.channels));
  }
}

/** A set from its folder. @throws DataError where an object is missing or holds something else */
export async function readDistilled(store: Store, folder: string): Promise<DistilledImages> {
  const files = distilledFiles(folder);
  const [spec, images, { labels, classOf }, bank] = await Promise.all([
    files.card.read(store),
    files.images.read(store),
    files.labels.read(store),
    files.bank.find(store),
  ]);
  return { ...images, spec, labels, classOf, bank };
}

/** A set of a run. */
export const readRunSet = (store: Store, runId: string, set: DrawnSet): Promise<DistilledImages> =>
  readDistilled(store, distilledFolder(runId, set));

type Tensors = Readonly<Record<string, NamedTensor>>;

function labelsToTensors({ labels, classOf, shape }: Labels): Tensors {
  return { labels: { shape, data: labels }, class: { shape: [classOf.length], data: classOf } };
}

function labelsFromTensors({ labels, class: classOf }: Tensors): Labels {
  if (!(labels?.data instanceof Float32Array)) throw new TypeError('A distilled set needs float32 "labels".');
  if (!(classOf?.data instanceof Int32Array)) throw new TypeError('A distilled set needs int32 "class".');
  return { shape: labels.shape, labels: labels.data, classOf: classOf.data };
}
