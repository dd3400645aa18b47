import { ShardUnreadableError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import { MAGIC, recordsOf } from '../record-io.ts';
import { HEAD_BYTES, refusalOf } from '../refusal.ts';
import type { PoolFormat, PoolReading } from './pool-format.ts';
import { byteSpans, Span } from './span.ts';

/** `flag`, label, `id` and `id2` in front of a record's labels and its image. */
const HEADER = 24;
/** Labels of a record, at most: a longer list stands in no set of images. */
const MOST_LABELS = 1 << 16;
/** Magic of an early draft of the format. */
const DRAFT = '0a23d73e';

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
  if (from === 0) await checkStart(store, key);
  for await (const { offset, payload } of recordsOf(store, key, from, to, maxBytes + HEADER + 4 * MOST_LABELS)) {
    const name = `${key}/${offset}`;
    if (payload === 'too-long') yield rejectedItem(name, 'too-many-bytes', `more than ${maxBytes} bytes`);
    else if (payload === 'damaged') yield rejectedItem(name, 'bad-record', `no record begins at byte ${offset}`);
    else if (payload === 'cut') yield rejectedItem(key, 'truncated-archive', `ends in the record at byte ${offset}`);
    else yield* imageOf(name, payload);
  }
}

function* imageOf(name: string, payload: Buffer): Generator<RawItem> {
  const labels = payload.length < HEADER ? 0 : payload.readUInt32LE(0);
  const start = HEADER + 4 * labels;
  if (payload.length < start) yield rejectedItem(name, 'bad-record', `${payload.length} bytes, but ${labels} labels`);
  else if (payload.length > start || labels === 0) {
    yield { kind: 'encoded', key: name, bytes: payload.subarray(start) };
  }
}

async function checkStart(store: Store, key: string): Promise<void> {
  const head = await store.range(key, 0, HEAD_BYTES);
  if (head.subarray(0, MAGIC.length).equals(MAGIC)) return;
  const draft = head.toString('hex', 0, MAGIC.length) === DRAFT;
  const reason = draft ? 'is RecordIO of an early draft; write it again with im2rec' : wordsOf(head);
  throw new ShardUnreadableError(uriOf(store.root, key), 0, { reason });
}

function wordsOf(head: Buffer): string {
  const refusal = refusalOf(head);
  return refusal?.reason === 'no-image' || head.length === 0 ? refusal!.detail : 'is no RecordIO';
}
