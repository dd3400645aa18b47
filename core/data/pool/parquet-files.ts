import { z } from 'zod';
import { ConfigError, messageOf, OmnidistillError, ShardUnreadableError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { imageColumnOf } from '../parquet/image-column.ts';
import { openParquet, type ParquetFile, rowsOf } from '../parquet/parquet-file.ts';
import { type RawItem, rejectedItem } from '../raw-item.ts';
import type { PoolFormat } from './pool-format.ts';
import { countedSpans, PART_BYTES, Span } from './span.ts';

/**
 * Parquet with a column of images, plain bytes or structs of bytes and path, as Hugging Face and img2dataset write it; a part
 * is a file, or a range of its row groups. The key of an image ends in the number of its row, counted from 0.
 */
export const parquetFiles: PoolFormat<string | Span> = {
  name: 'parquet',
  about: 'Parquet with a column of images, as Hugging Face and img2dataset write it (.parquet)',
  unit: 'Parquet files or parts of them',
  holdsMany: true,
  matches: (key) => /\.parquet$/i.test(key),
  part: z.union([z.string().min(1), Span]),
  async *partsOf(store, object) {
    // To open thousands of small ones would take Plan longer than it has.
    if (object.size <= PART_BYTES && object.named === undefined) {
      yield object.key;
      return;
    }
    const { metadata, columns } = await openFile(store, object.key);
    const column = imageColumnOf(columns);
    if ('missing' in column) throw new ConfigError(`${uriOf(store.root, object.key)} ${column.missing}.`);
    yield* countedSpans(object, metadata.row_groups.length);
  },
  async *read(store, parts) {
    for (const part of parts) {
      yield* imagesOf(store, typeof part === 'string' ? { key: part, from: 0, to: Number.POSITIVE_INFINITY } : part);
    }
  },
};

async function* imagesOf(store: Store, { key, from, to }: Span): AsyncGenerator<RawItem> {
  const file = await openFile(store, key);
  const column = imageColumnOf(file.columns);
  if ('missing' in column) throw new ShardUnreadableError(uriOf(store.root, key), 0, { reason: column.missing });
  let first = 0;
  for (const [group, { num_rows: rows }] of file.metadata.row_groups.entries()) {
    if (group >= to) return;
    try {
      let row = first;
      for await (const [bytes] of group < from ? [] : rowsOf(file, group, [column])) {
        const name = `${key}/${row++}`;
        if (Buffer.isBuffer(bytes)) yield { kind: 'encoded', key: name, bytes };
        else yield rejectedItem(name, 'no-image', 'the row has no bytes, at most a path');
      }
    } catch (error) {
      if (error instanceof OmnidistillError) throw error;
      yield rejectedItem(key, 'bad-record', `row group ${group}: ${messageOf(error)}`);
    }
    first += Number(rows);
  }
}

async function openFile(store: Store, key: string): Promise<ParquetFile> {
  try {
    return await openParquet(store, key);
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const reason = `is no whole Parquet file (${messageOf(error)})`;
    throw new ShardUnreadableError(uriOf(store.root, key), 0, { cause: error, reason });
  }
}
