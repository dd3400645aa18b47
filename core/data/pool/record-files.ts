import { ShardUnreadableError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { imageRecordOf, MOST_BESIDE_IMAGE, notRecordIo, recordsOf } from '../record-io.ts';
import type { PoolFormat, PoolReading } from './pool-format.ts';
import { byteSpans, Span } from './span.ts';

/**
 * Images as records of MXNet, like those of MS1MV2; a part is a range of bytes, and the key of an image ends in its
 * record's offset, which the `.idx` beside it lists. Records without an image (InsightFace's first one and those of the
 * identities) are none of the pool's.
 */
export const recordFiles: PoolFormat<Span> = {
  name: 'rec',
  about: 'RecordIO files of MXNet (.rec)',
  unit: 'RecordIO files or parts of them',
  holdsMany: true,
  matches: (key) => /\.rec$/i.test(key),
  part: Span,
  partsOf: (_, object) => byteSpans(object),
  async *read(store, spans, reading) {
    for (const span of spans) yield* imagesOf(store, span, reading);
  },
};

async function* imagesOf(store: Store, { key, from, to }: Span, { maxBytes }: PoolReading): AsyncGenerator<RawItem> {
  const reason = from === 0 ? await notRecordIo(store, key) : undefined;
  if (reason !== undefined) throw new ShardUnreadableError(uriOf(store.root, key), 0, { reason });
  for await (const { offset, payload } of recordsOf(store, key, from, to, maxBytes + MOST_BESIDE_IMAGE)) {
    const name = `${key}/${offset}`;
    if (payload === 'too-long') yield rejectedItem(name, 'too-many-bytes', `more than ${maxBytes} bytes`);
    else if (payload === 'damaged') yield rejectedItem(name, 'bad-record', `no record begins at byte ${offset}`);
    else if (payload === 'cut') yield rejectedItem(key, 'truncated-archive', `ends in the record at byte ${offset}`);
    else yield* imageOf(name, payload);
  }
}

function* imageOf(name: string, payload: Buffer): Generator<RawItem> {
  const record = imageRecordOf(payload);
  if (typeof record === 'string') yield rejectedItem(name, 'bad-record', record);
  // A record of several labels and nothing else is one of InsightFace's identities.
  else if (record.image.length > 0 || record.labels.length < 2) {
    yield { kind: 'encoded', key: name, bytes: record.image };
  }
}
