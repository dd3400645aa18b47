import { DataError } from '../../errors.ts';
import { uriOf } from '../../store/uri.ts';
import { readClassList } from '../lists/class-list.ts';
import { classOfLabel, type Labelling } from '../lists/class-of-label.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { imageRecordOf, MOST_BESIDE_IMAGE, notRecordIo, recordsOf } from '../record-io.ts';
import { type Contents, imagesBelow } from './contents.ts';
import type { FoundSource, LabelledFormat } from './labelled-format.ts';
import { splitOfFile } from './split-names.ts';
import { splitPicker } from './splits.ts';
import { surveyItems } from './survey-items.ts';

/** Images of MXNet with one label each in the headers of their records, as im2rec writes them. */
export const recordFile: LabelledFormat = {
  name: 'rec',
  about: 'RecordIO files of MXNet (.rec) with one label an image, one or a folder',
  matches: ({ contents: { object, files, folder } }) =>
    object === undefined ? files.some(isRecordIo) && imagesBelow(folder) === 0 : isRecordIo(object.key),
  survey: async (source) => {
    const classes = await readClassList(source.contents.store, '');
    return surveyItems(items(source, Number.MAX_SAFE_INTEGER), [...(classes?.byNumber.values() ?? [])]);
  },
  read: (source, { maxBytes }) => items(source, maxBytes),
};

function isRecordIo(key: string): boolean {
  return /\.rec$/i.test(key);
}

function filesOf({ object, files }: Contents): readonly string[] {
  return object === undefined ? files.filter(isRecordIo) : [object.key];
}

async function* items(source: FoundSource, maxBytes: number): AsyncGenerator<RawItem> {
  const { store } = source.contents;
  const classes = await readClassList(store, '');
  const picker = splitPicker(source);
  for (const file of filesOf(source.contents)) {
    const split = splitOfFile(file);
    if (!picker.picksPart(split)) continue;
    const uri = uriOf(store.root, file);
    const fault = await notRecordIo(store, file);
    if (fault !== undefined) throw new DataError(`${uri} ${fault}. Bring it again.`);
    for await (const { offset, payload } of recordsOf(store, file, 0, Number.POSITIVE_INFINITY, MOST_BYTES)) {
      const key = `${file}/${offset}`;
      if (payload === 'cut') throw new DataError(`${uri} ends in the record at byte ${offset}. Bring it again.`);
      if (payload === 'damaged') yield rejectedItem(key, 'bad-record', `no record begins at byte ${offset}`);
      else if (payload === 'too-long') yield rejectedItem(key, 'too-many-bytes', `more than ${MOST_BYTES} bytes`);
      else {
        const record = imageRecordOf(payload);
        if (typeof record === 'string') yield rejectedItem(key, 'bad-record', record);
        // InsightFace's records of identities hold none.
        else if (record.image.length > 0 && picker.picks(split)) {
          yield itemOf(
            key,
            record.image,
            labellingOf(record.labels, classes, `${uri}: the record at byte ${offset}`),
            maxBytes,
          );
        }
      }
    }
  }
  picker.check();
}

/** A labelled image is decoded by a machine that holds all of them. */
const MOST_BYTES = 256 * 1024 * 1024 + MOST_BESIDE_IMAGE;

function itemOf(
  key: string,
  bytes: Buffer,
  labelling: Exclude<Labelling, { fault: string }>,
  maxBytes: number,
): RawItem {
  if ('none' in labelling) return rejectedItem(key, 'unlabelled', labelling.none);
  const { className } = labelling;
  return bytes.length > maxBytes
    ? rejectedItem(key, 'too-many-bytes', `${bytes.length} bytes, at most ${maxBytes} are read`, className)
    : { kind: 'encoded', key, className, bytes };
}

/** @throws DataError on a number that is no label */
function labellingOf(
  labels: readonly number[],
  classes: Parameters<typeof classOfLabel>[1],
  place: string,
): Exclude<Labelling, { fault: string }> {
  const [label = Number.NaN] = labels;
  if (labels.length > 1) return { none: `has ${labels.length} labels, and an image has one class` };
  const labelling = classOfLabel(String(label), classes);
  if ('fault' in labelling || !Number.isFinite(label)) {
    throw new DataError(`${place}: ${'fault' in labelling ? labelling.fault : `the label ${label} is no number`}.`);
  }
  return labelling;
}
