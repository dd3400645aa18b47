import { setName } from '../../contracts/names.ts';
import { imageAt, toBytes } from '../../data/images.ts';
import type { DistilledImages } from '../../distill/distilled-images.ts';
import { encodePng } from '../report/png.ts';

/** A file of the release: its path below the release's folder and its bytes. */
export interface ReleaseFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export const jsonFile = (path: string, value: unknown): ReleaseFile => ({
  path,
  bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
});

/** Path of a set's image below `train/`. */
export const imageFile = ({ spec, classOf }: DistilledImages, index: number): string =>
  `${spec.classes[classOf[index]!]}/${setName(spec.spec)}-${String(index).padStart(5, '0')}.png`;

const imageFiles = (set: DistilledImages, folder: string): ReleaseFile[] => {
  const { size, channels } = set;
  const images = toBytes(set);
  return Array.from({ length: set.count }, (_, index) => ({
    path: `${folder}/train/${imageFile(set, index)}`,
    bytes: encodePng(imageAt(images, index), size, size, channels),
  }));
};

/** One line per image, as the imagefolder loaders of dataset libraries read them. */
const metadata = (set: DistilledImages, folder: string): ReleaseFile => {
  const { classes, factor, images, provenance } = set.spec;
  const views = factor ** 2;
  const rowOf = (index: number): number[] => [
    ...set.labels.subarray(index * classes.length, (index + 1) * classes.length),
  ];
  const lines = Array.from({ length: images }, (_, index) =>
    JSON.stringify({
      file_name: imageFile(set, index),
      label: set.classOf[index],
      class_name: classes[set.classOf[index]!],
      soft_label: Array.from({ length: views }, (_, view) => rowOf(index * views + view)),
      made_from: provenance[index] ?? [],
    }),
  );
  return { path: `${folder}/train/metadata.jsonl`, bytes: Buffer.from(`${lines.join('\n')}\n`) };
};

/** What a loader must know to feed the images to a net as the run did. */
const normalization = ({ spec }: DistilledImages, folder: string): ReleaseFile =>
  jsonFile(`${folder}/normalization.json`, {
    ...spec.normalization,
    formula: '(x - mean(x)) / max(deviation(x), deviationFloor), over all values of one view',
    zca: null,
    layout: '[n, height, width, channels], row-major',
    colour: spec.channels === 1 ? 'grey' : 'rgb',
    range: [0, 1],
    size: spec.size,
    classes: spec.classes,
    label: 'soft: one row of class probabilities per view, sum 1, in the order of classes',
    views: {
      perImage: spec.factor ** 2,
      grid: [spec.factor, spec.factor],
      decode: 'cut the cell, enlarge to the whole size by bilinear interpolation with half-pixel centres',
    },
  });

/** All files of one distilled set; the safetensors are the very ones of the run. */
export const filesOfSet = (set: DistilledImages, exact: { images: Buffer; labels: Buffer }): ReleaseFile[] => {
  const folder = setName(set.spec.spec);
  return [
    ...imageFiles(set, folder),
    metadata(set, folder),
    normalization(set, folder),
    jsonFile(`${folder}/set.json`, set.spec),
    { path: `${folder}/images.safetensors`, bytes: exact.images },
    { path: `${folder}/labels.safetensors`, bytes: exact.labels },
  ];
};
