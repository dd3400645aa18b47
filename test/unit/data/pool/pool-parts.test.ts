import { describe, expect, it } from 'vitest';
import type { ShardPart } from '../../../../core/contracts/plan.ts';
import { base64Tsv } from '../../../../core/data/pool/base64-tsv.ts';
import { ferRows } from '../../../../core/data/pool/fer-rows.ts';
import { parquetFiles } from '../../../../core/data/pool/parquet-files.ts';
import type { PoolFormat } from '../../../../core/data/pool/pool-format.ts';
import { recordFiles } from '../../../../core/data/pool/record-files.ts';
import { byteSpans, countedSpans, PART_BYTES } from '../../../../core/data/pool/span.ts';
import { zipArchives } from '../../../../core/data/pool/zip-archives.ts';
import type { RawItem } from '../../../../core/data/raw-item.ts';
import { fileStore } from '../../../../core/store/file.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import {
  encoded,
  type Files,
  huggingFaceOf,
  packed,
  recOf,
  recordOf,
  tsvOf,
  zipOf,
} from '../../../support/pool-fixtures.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const files = async (count: number): Promise<Files> =>
  Promise.all(Array.from({ length: count }, async (_, i) => [`${i}.png`, await encoded('png', i)] as const));

const keysOf = async (format: PoolFormat, bytes: Buffer | string, parts: readonly ShardPart[]): Promise<string[]> => {
  const store = memoryStore(new Map([['p', bytes]]));
  const keys: string[] = [];
  for await (const item of format.read(store, parts, { maxBytes: 100_000 }) as AsyncIterable<RawItem>) {
    keys.push(item.kind === 'rejected' ? `${item.rejection.key}: ${item.rejection.reason}` : item.key);
  }
  return keys;
};

const cutAt = (size: number, step: number): ShardPart[] =>
  Array.from({ length: Math.ceil(size / step) }, (_, i) => ({
    key: 'p',
    from: i * step,
    to: Math.min(size, (i + 1) * step),
  }));

describe('parts of a large object, each of which another job reads', () => {
  it.each([7, 100, 257, 5000])('give every record of RecordIO once, cut each %i bytes', async (step) => {
    const bytes = recOf(await files(4));
    const whole = await keysOf(recordFiles as PoolFormat, bytes, cutAt(bytes.length, bytes.length));
    expect(whole).toHaveLength(4);
    expect(await keysOf(recordFiles as PoolFormat, bytes, cutAt(bytes.length, step))).toEqual(whole);
  });

  it.each([13, 300, 5000])('give every line of a table once, cut each %i bytes', async (step) => {
    const bytes = tsvOf(await files(3));
    const whole = await keysOf(base64Tsv as PoolFormat, bytes, cutAt(bytes.length, bytes.length));
    expect(whole).toEqual([0, 1, 2].map((i) => `p/m.01/${i}-FaceId-${i}.jpg`));
    expect(await keysOf(base64Tsv as PoolFormat, bytes, cutAt(bytes.length, step))).toEqual(whole);
  });

  it('give every entry of a zip and every row of a Parquet file once', async () => {
    const five = await files(5);
    for (const [format, bytes, count] of [
      [zipArchives, zipOf(five), 5],
      [parquetFiles, huggingFaceOf(five, 2), 3],
    ] as const) {
      const whole = await keysOf(format as PoolFormat, bytes, ['p']);
      expect(whole).toHaveLength(5);
      expect(await keysOf(format as PoolFormat, bytes, cutAt(count, 1))).toEqual(whole);
    }
  });

  it('are as many as the object is large, and never more than it holds', () => {
    const object = { key: 'p', size: 10 * PART_BYTES };
    expect(byteSpans(object)).toHaveLength(10);
    expect(byteSpans({ key: 'p', size: 5 })).toEqual([{ key: 'p', from: 0, to: 5 }]);
    expect(countedSpans(object, 4)).toEqual([0, 1, 2, 3].map((i) => ({ key: 'p', from: i, to: i + 1 })));
  });
});

describe('RecordIO', () => {
  it('puts a record together again that the writer cut at the magic', async () => {
    const magic = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);
    const image = Buffer.concat([await encoded('png', 1), Buffer.alloc(3), magic, magic, Buffer.from('end')]);
    // 24 bytes of header: the image has to begin at a multiple of four for its magic to stand at one.
    const padded = Buffer.concat([
      image.subarray(0, -11),
      Buffer.alloc((4 - ((image.length - 11) % 4)) % 4),
      magic,
      magic,
    ]);
    const bytes = recordOf(packed(1, [0], padded));
    expect(bytes.readUInt32LE(4) >>> 29).toBe(1);
    const store = fileStore(temporaryFolder());
    await store.put('p', bytes);
    const items: RawItem[] = [];
    for await (const item of recordFiles.read(store, [{ key: 'p', from: 0, to: bytes.length }], { maxBytes: 1e6 })) {
      items.push(item);
    }
    expect(items).toMatchObject([{ kind: 'encoded', bytes: padded }]);
  });

  it('goes on behind a damaged record, and says where a file ends', async () => {
    const bytes = recOf(await files(3));
    const offsets = (await keysOf(recordFiles as PoolFormat, bytes, cutAt(bytes.length, bytes.length))).map((key) =>
      Number(key.slice(2)),
    );
    const damaged = Buffer.from(bytes);
    damaged.fill(1, offsets[1]!, offsets[1]! + 4);
    expect(await keysOf(recordFiles as PoolFormat, damaged, cutAt(bytes.length, bytes.length))).toEqual([
      `p/${offsets[0]}`,
      `p/${offsets[1]}: bad-record`,
      `p/${offsets[2]}`,
    ]);
    // In a record, and in the first word of one.
    for (const behind of [40, 3]) {
      const cut = bytes.subarray(0, offsets[2]! + behind);
      expect((await keysOf(recordFiles as PoolFormat, cut, cutAt(cut.length, cut.length))).at(-1)).toBe(
        'p: truncated-archive',
      );
    }
  });
});

describe('a CSV like fer2013.csv as a pool', () => {
  const row = (emotion: string, usage: string, side = 4): string =>
    `${emotion},"${Array.from({ length: side * side }, (_, i) => i).join(' ')}",${usage}`;
  const csv = [
    '\ufeffemotion,pixels,Usage',
    row('0', 'Training'),
    row('9', 'PublicTest'),
    row('3', 'PublicTest', 6),
    row('3', 'PrivateTest'),
    '4,1 2 3,PublicTest',
    '',
  ].join('\r\n');

  const partsOf = async (fragment: string | undefined, shardSize = 2): Promise<ShardPart[]> => {
    const store = fileStore(temporaryFolder());
    await store.put('p', csv);
    const parts: ShardPart[] = [];
    const object = { key: 'p', size: csv.length, named: { fragment } };
    for await (const part of ferRows.partsOf(store, object, shardSize)) parts.push(part);
    return parts;
  };

  it('is picked by Usage and divided by rows, whatever its labels say', async () => {
    const parts = await partsOf('PublicTest');
    expect(parts).toHaveLength(2);
    expect(await keysOf(ferRows as PoolFormat, csv, parts)).toEqual(['p:row 3', 'p:row 4', 'p:row 6: bad-row']);
    expect(await keysOf(ferRows as PoolFormat, csv, await partsOf(undefined, 100))).toHaveLength(5);
  });

  it('names a Usage that is not there, also beside one that is', async () => {
    await expect(partsOf('PublicTest,Test')).rejects.toThrow(
      /has the Usage "Test"; the column has "Training", "PublicTest"/,
    );
  });
});
