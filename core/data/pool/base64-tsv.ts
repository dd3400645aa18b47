import { ConfigError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { linesOf } from '../lines.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { HEAD_BYTES, isReadable } from '../refusal.ts';
import type { PoolFormat, PoolReading } from './pool-format.ts';
import { byteSpans, Span } from './span.ts';

/** Bytes of a line beside its image: addresses of pages can be long. */
const REST_OF_LINE = 64 * 1024;
/** A first line that is longer than this is taken for what it says so far. */
const FIRST_LINE = 1024 * 1024;
/** Columns of MS-Celeb-1M's cropped and aligned faces: the first name the image. */
const FACE_COLUMNS = 7;

/**
 * Tables whose last column, or any other, is an image in base64, like those of MS-Celeb-1M; a part is a range of bytes. The key of
 * an image is `<MID>/<rank>-<FaceID>.jpg` where these columns are there, or else the offset of its line.
 */
export const base64Tsv: PoolFormat<Span> = {
  name: 'tsv',
  about: 'tables of images in base64, like those of MS-Celeb-1M (.tsv)',
  unit: 'tables or parts of them',
  holdsMany: true,
  matches: (key) => /\.tsv$/i.test(key),
  part: Span,
  async *partsOf(store, object) {
    // Tables of names and labels stand beside many sets.
    if (imageColumnOf(await firstLine(store, object.key)) !== undefined) yield* byteSpans(object);
    else if (object.named !== undefined) {
      throw new ConfigError(`${uriOf(store.root, object.key)} has no column of images in base64 in its first line.`);
    }
  },
  async *read(store, spans, reading) {
    for (const span of spans) yield* imagesOf(store, span, reading);
  },
};

async function* imagesOf(store: Store, { key, from, to }: Span, { maxBytes }: PoolReading): AsyncGenerator<RawItem> {
  const most = Math.ceil(maxBytes / 3) * 4 + REST_OF_LINE;
  for await (const { offset, bytes } of linesOf(store, key, from, to, most)) {
    const place = `${key}/${offset}`;
    if (bytes === undefined) {
      yield rejectedItem(place, 'too-many-bytes', `the line has more than ${most} bytes`);
      continue;
    }
    if (bytes.length === 0) continue;
    const fields = bytes.toString('latin1').split('\t');
    const column = imageColumnOf(fields);
    if (column === undefined) {
      yield rejectedItem(place, 'bad-row', `no column of ${fields.length} holds an image in base64`);
    } else yield { kind: 'encoded', key: nameOf(fields, key) ?? place, bytes: Buffer.from(fields[column]!, 'base64') };
  }
}

function nameOf(fields: readonly string[], key: string): string | undefined {
  const [mid = '', rank = '', , , faceId = ''] = fields;
  if (fields.length !== FACE_COLUMNS || mid === '' || !/^[\w-]+$/.test(faceId)) return undefined;
  return `${key}/${Buffer.from(mid, 'latin1').toString('utf8')}/${rank}-${faceId}.jpg`;
}

/** The last column whose first bytes are those of an image. */
function imageColumnOf(fields: readonly string[]): number | undefined {
  for (let column = fields.length - 1; column >= 0; column--) {
    const start = fields[column]!.slice(0, Math.ceil(HEAD_BYTES / 3) * 4);
    if (/^[A-Za-z0-9+/_-]{16,}={0,2}\s*$/.test(start) && isReadable(Buffer.from(start, 'base64'))) return column;
  }
  return undefined;
}

async function firstLine(store: Store, key: string): Promise<string[]> {
  const head = (await store.range(key, 0, FIRST_LINE)).toString('latin1');
  const end = head.indexOf('\n');
  return (end < 0 ? head : head.slice(0, end)).split('\t');
}
