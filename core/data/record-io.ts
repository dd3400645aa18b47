import { blocksOf } from '../store/blocks.ts';
import type { Store } from '../store/store.ts';
import { byteReader } from './byte-reader.ts';
import { HEAD_BYTES, refusalOf } from './refusal.ts';

/** A record of a RecordIO file, or what is wrong at its place. */
export interface RecordEntry {
  /** Of its first byte in the file, as the second column of an `.idx` says it. */
  readonly offset: number;
  readonly payload: Buffer | 'too-long' | 'damaged' | 'cut';
}

/** What MXNet packs into a record. */
export interface ImageRecord {
  readonly labels: readonly number[];
  /** Empty in InsightFace's records of identities. */
  readonly image: Buffer;
}

/** `flag`, label, `id` and `id2` in front of a record's further labels and its image. */
const HEADER = 24;
/** Labels of a record, at most: a longer list stands in no set of images. */
const MOST_LABELS = 1 << 16;
/** What a record holds beside its image. */
export const MOST_BESIDE_IMAGE = HEADER + 4 * MOST_LABELS;

/** Takes a record apart. @returns what is wrong with it in words, where it cannot be one */
export function imageRecordOf(payload: Buffer): ImageRecord | string {
  // The flag is the number of labels that follow the header, where there are several.
  const count = payload.length < HEADER ? 0 : payload.readUInt32LE(0);
  const start = HEADER + 4 * count;
  if (payload.length < start || count > MOST_LABELS) return `${payload.length} bytes, but ${count} labels`;
  const labels =
    count === 0
      ? [payload.readFloatLE(4)]
      : Array.from({ length: count }, (_, i) => payload.readFloatLE(HEADER + 4 * i));
  return { labels, image: payload.subarray(start) };
}

const MAGIC = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
/** Magic of an early draft of the format. */
const DRAFT = '0a23d73e';
const WORD = 4;
const LENGTH = 2 ** 29;
/** In the top bits of the second word. */
const PART = { whole: 0, first: 1, middle: 2, last: 3 } as const;

/** Why a file is no RecordIO, to follow "it"; `undefined` where it begins like one. */
export async function notRecordIo(store: Store, key: string): Promise<string | undefined> {
  const head = await store.range(key, 0, HEAD_BYTES);
  if (head.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (head.toString('hex', 0, MAGIC.length) === DRAFT) {
    return 'is RecordIO of an early draft; write it again with im2rec';
  }
  const refusal = refusalOf(head);
  return refusal?.reason === 'no-image' ? refusal.detail : head.length === 0 ? 'is empty' : 'is no RecordIO';
}

/**
 * The records that begin in a range of a file, so that ranges side by side give every record once. Where the writer found
 * the magic in a payload it has cut the record there; the parts are put together again. What is damaged is passed over up
 * to the next record.
 * @param to - exclusive
 * @param most - bytes of a payload, beyond which it is passed over unkept
 * @see https://mxnet.apache.org/versions/1.9.1/api/architecture/note_data_loading
 */
export async function* recordsOf(
  store: Store,
  key: string,
  from: number,
  to: number,
  most: number,
): AsyncGenerator<RecordEntry> {
  const start = Math.ceil(from / WORD) * WORD;
  const bytes = byteReader(blocksOf(store, key, start), start);
  let lost = start > 0;
  let parts: Buffer[] = [];
  let length = 0;
  let began: number | undefined;

  for (;;) {
    const offset = bytes.offset;
    // A record that began in the range is given to its end.
    if (began === undefined && offset >= to) return;
    const magic = await bytes.take(WORD);
    if (magic.length < WORD) {
      if (began !== undefined || magic.length > 0) yield { offset: began ?? offset, payload: 'cut' };
      return;
    }
    if (!magic.equals(MAGIC)) {
      if (!lost) yield { offset: began ?? offset, payload: 'damaged' };
      [lost, began] = [true, undefined];
      continue;
    }
    const header = await bytes.take(WORD);
    if (header.length < WORD) {
      yield { offset: began ?? offset, payload: 'cut' };
      return;
    }
    const word = header.readUInt32LE();
    const [part, size] = [Math.floor(word / LENGTH), word % LENGTH];
    const begins = part === PART.whole || part === PART.first;
    // The last part of a record that another range has, or one whose beginning is lost.
    if (!begins && began === undefined) {
      if (!lost) yield { offset, payload: 'damaged' };
      lost = true;
      continue;
    }
    if (part > PART.last) {
      yield { offset: began ?? offset, payload: 'damaged' };
      [lost, began] = [true, undefined];
      continue;
    }
    if (begins) {
      if (began !== undefined) yield { offset: began, payload: 'damaged' };
      [began, parts, length] = [offset, [], 0];
    }
    lost = false;
    const joint = begins ? 0 : WORD;
    length += joint + size;
    const padded = Math.ceil(size / WORD) * WORD;
    let whole: boolean;
    if (length > most) {
      parts = [];
      whole = await bytes.skip(padded);
    } else {
      const body = await bytes.take(padded);
      whole = body.length >= size;
      if (joint > 0) parts.push(MAGIC);
      parts.push(Buffer.from(body.subarray(0, size)));
    }
    if (!whole) {
      yield { offset: began!, payload: 'cut' };
      return;
    }
    if (part === PART.whole || part === PART.last) {
      const payload = length > most ? 'too-long' : parts.length === 1 ? parts[0]! : Buffer.concat(parts);
      yield { offset: began!, payload };
      began = undefined;
    }
  }
}
