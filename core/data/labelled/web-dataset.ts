import { z } from 'zod';
import { DataError } from '../../errors.ts';
import { uriOf } from '../../store/uri.ts';
import { readClassList } from '../lists/class-list.ts';
import { classOfLabel } from '../lists/class-of-label.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { type Contents, imagesBelow } from './contents.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitOfFile } from './split-names.ts';
import { splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';
import { isTar, readTarSamples, type TarSample } from './tar-samples.ts';

/** Fields of a sample's JSON that name its class, in the order in which they are looked for. */
const JSON_LABELS = ['label', 'class', 'cls', 'class_name', 'emotion'];
const Json = z.record(z.string(), z.unknown());
const UNLABELLED = { none: 'neither .cls nor .json with a label' };

type SampleImage = TarSample['images'][number];

/**
 * Tars of samples: an image with a `.cls` (a number or a name), or a `.json` that has one as label or class.
 * @see https://github.com/webdataset/webdataset
 */
export const webDataset: LabelledFormat = {
  name: 'webdataset',
  about: 'WebDataset tars (.tar, .tar.gz) with a .cls or .json for each image, one or a folder',
  matches: ({ contents: { object, files, folder } }) =>
    object === undefined ? files.some(isTar) && imagesBelow(folder) === 0 : isTar(object.key),
  survey: async (source) => {
    const classes = await readClassList(source.contents.store, '');
    return surveyItems(items(source, 0), [...(classes?.byNumber.values() ?? [])]);
  },
  read: (source, { maxBytes }) => items(source, maxBytes),
};

function tarsOf({ object, files }: Contents): readonly string[] {
  return object === undefined ? files.filter(isTar) : [object.key];
}

/** @param maxBytes - of an image; 0 lists them without reading any */
async function* items(source: FoundSource, maxBytes: number): AsyncGenerator<RawItem> {
  const { store } = source.contents;
  const classes = await readClassList(store, '');
  const picker = splitPicker(source);
  for (const tar of tarsOf(source.contents)) {
    const split = splitOfFile(tar);
    if (!picker.picksPart(split)) continue;
    const uri = uriOf(store.root, tar);
    for await (const sample of readTarSamples(store, tar, maxBytes)) {
      for (const { image, label } of labelledImages(sample)) {
        if (!picker.picks(split)) continue;
        const { field, size, bytes } = image;
        const key = `${tar}/${sample.key}.${field}`;
        const labelling = label === undefined ? UNLABELLED : classOfLabel(label, classes);
        if ('fault' in labelling) throw new DataError(`${uri}: ${sample.key}: ${labelling.fault}.`);
        if ('none' in labelling) yield rejectedItem(key, 'unlabelled', labelling.none);
        else if (maxBytes > 0 && bytes === undefined) {
          yield rejectedItem(key, 'too-many-bytes', `${size} bytes, at most ${maxBytes} are read`, labelling.className);
        } else yield { kind: 'encoded', key, className: labelling.className, bytes: bytes ?? Buffer.alloc(0) };
      }
    }
  }
  picker.check();
}

/**
 * The images of a sample with their labels: each that has one of its own name (`v1.jpg`, `v1.cls`), or else the plainest
 * (`jpg` before `seg.png`, and of two plain ones the first) with the label of the sample.
 */
function labelledImages({
  images,
  texts,
}: TarSample): { readonly image: SampleImage; readonly label: string | undefined }[] {
  const dots = ({ field }: SampleImage): number => field.split('.').length;
  const own = images.flatMap((image) => {
    const label = dots(image) > 1 ? labelOf(texts, image.field.slice(0, image.field.lastIndexOf('.') + 1)) : undefined;
    return label === undefined ? [] : [{ image, label }];
  });
  if (own.length > 0) return own;
  const plainest = images.reduce((best, image) => (dots(image) < dots(best) ? image : best));
  return [{ image: plainest, label: labelOf(texts, '') }];
}

/** @param start - of the fields, empty or with a dot at its end */
function labelOf(texts: TarSample['texts'], start: string): string | undefined {
  const own = texts.get(`${start}cls`);
  if (own !== undefined) return own.toString('utf8');
  const values = Json.safeParse(parsed(texts.get(`${start}json`))).data ?? {};
  const value = JSON_LABELS.map((name) => values[name]).find((found) => found !== undefined && found !== null);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function parsed(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? 'null');
  } catch {
    return undefined;
  }
}
