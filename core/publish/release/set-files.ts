import { type DistilledImages, distilledFiles } from '../../artifacts/distilled.ts';
import { releasedSetKeys } from '../../artifacts/release.ts';
import { type ReleasedView, releasedViewsFile, viewTable } from '../../artifacts/released-views.ts';
import { setName } from '../../contracts/names.ts';
import { decodeSafetensors, encodeSafetensors } from '../../format/safetensors.ts';
import type { Store } from '../../store/store.ts';
import { viewsInSet } from './set-views.ts';

/** A file of the release: its path below the release's folder and its bytes. */
export interface ReleaseFile {
  readonly path: string;
  readonly bytes: Buffer;
}

export const jsonFile = (path: string, value: unknown): ReleaseFile => ({
  path,
  bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
});

/**
 * All files of one distilled set; images and labels are the very values of the run, with what they are in the metadata. The grids
 * that several views of an image lie in are nowhere but there: what looks like an image is one view.
 * @param from - key of its folder in the run
 */
export async function filesOfSet(store: Store, from: string, set: DistilledImages): Promise<ReleaseFile[]> {
  const { spec } = set;
  const [source, folder] = [distilledFiles(from), setName(spec.spec)];
  const target = distilledFiles(folder);
  const copied = [[source.card, target.card], ...(set.bank === undefined ? [] : [[source.bank, target.bank]])];
  const copies = copied.map(async ([one, copy]) => ({ path: copy!.key, bytes: await one!.bytes(store) }));
  const named = [
    [source.images, target.images],
    [source.labels, target.labels],
  ].map(async ([one, copy]) => ({ path: copy!.key, bytes: withMetadata(await one!.bytes(store), set) }));
  const views = viewsInSet(set);
  return [
    ...(await Promise.all([...copies, ...named])),
    ...views.map(({ image }) => ({ path: `${folder}/${image.path}`, bytes: Buffer.from(image.bytes) })),
    { path: releasedViewsFile(folder, spec.classes).key, bytes: Buffer.from(viewTable(spec.classes).encode(views)) },
    metadata(views, spec.classes, folder),
    normalization(set, folder),
  ];
}

/** A file of tensors that says what it is to whoever has nothing else of the release. */
function withMetadata(
  bytes: Buffer,
  { spec: { spec, draw, classes, factor, size, channels } }: DistilledImages,
): Buffer {
  const about = { set: setName(spec), draw, classes, factor, size, channels };
  const metadata = Object.entries(about).map(([key, value]) => [key, JSON.stringify(value)]);
  return encodeSafetensors(decodeSafetensors(bytes).tensors, Object.fromEntries(metadata));
}

/** One line per view, as the imagefolder loaders of dataset libraries read them. */
function metadata(views: readonly ReleasedView[], classes: readonly string[], folder: string): ReleaseFile {
  const lines = views.map(({ image, label, ...row }) =>
    JSON.stringify({
      file_name: image.path.slice(image.path.indexOf('/') + 1),
      label,
      class_name: classes[label],
      ...row,
    }),
  );
  return { path: releasedSetKeys(folder).metadata, bytes: Buffer.from(`${lines.join('\n')}\n`) };
}

/** What a loader must know to feed the images to a net as the run did. */
function normalization({ spec }: DistilledImages, folder: string): ReleaseFile {
  return jsonFile(releasedSetKeys(folder).normalization, {
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
}
