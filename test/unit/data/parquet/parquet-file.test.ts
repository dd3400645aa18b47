import type { Encoding } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { columnAt, openParquet, rowsOf } from '../../../../core/data/parquet/parquet-file.ts';
import type { Store } from '../../../../core/store/store.ts';
import { memoryStore } from '../../../support/memory-store.ts';

/** The values of a column over all row groups. */
const valuesOf = async (store: Store, name: string): Promise<unknown[]> => {
  const file = await openParquet(store, 'p');
  const column = columnAt([file.columns.find(({ element }) => element.name === name)!])!;
  const values: unknown[] = [];
  for (const group of file.metadata.row_groups.keys()) {
    for await (const [value] of rowsOf(file, group, [column])) values.push(value);
  }
  return values.map((value) => (Buffer.isBuffer(value) ? value.toString() : value));
};

const storeOf = (bytes: ArrayBuffer): Store => memoryStore(new Map([['p', Buffer.from(bytes)]]));

describe('a column of labels', () => {
  const WRITTEN: readonly (readonly [type: 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'STRING', unknown[]])[] = [
    ['INT32', [0, 7, -1, null, 0, 3]],
    ['INT64', [0n, 7n, -1n, null, 0n, 3n]],
    ['DOUBLE', [0, 1.5, null, 3]],
    ['BOOLEAN', [false, true, null, false]],
    ['STRING', ['sad', 'happy', null, 'sad', '']],
  ];
  const ENCODINGS: Readonly<Record<string, readonly Encoding[]>> = {
    INT32: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED'],
    INT64: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_BINARY_PACKED'],
    DOUBLE: ['PLAIN'],
    BOOLEAN: ['PLAIN', 'RLE'],
    STRING: ['PLAIN', 'RLE_DICTIONARY', 'DELTA_LENGTH_BYTE_ARRAY', 'DELTA_BYTE_ARRAY'],
  };

  it.each(WRITTEN.flatMap(([type, data]) => ENCODINGS[type]!.map((encoding) => [type, encoding, data] as const)))(
    'of %s as %s is what was written, 0 and false among it',
    async (type, encoding, data) => {
      const store = storeOf(
        parquetWriteBuffer({ columnData: [{ name: 'label', data: [...data], type, encoding }], rowGroupSize: 4 }),
      );
      expect(await valuesOf(store, 'label')).toEqual(data.map((value) => value ?? undefined));
    },
  );

  it('is counted without the images beside it', async () => {
    const image = (i: number): Uint8Array => new Uint8Array(1024 * 1024).fill(i);
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'image', data: Array.from({ length: 24 }, (_, i) => image(i)), type: 'BYTE_ARRAY' },
        { name: 'label', data: Array.from({ length: 24 }, (_, i) => i), type: 'INT32' },
      ],
      rowGroupSize: 12,
      codec: 'UNCOMPRESSED',
    });
    const store = storeOf(bytes);
    let asked = 0;
    const counting: Store = {
      ...store,
      range: (key, from, to) => {
        asked += to - from;
        return store.range(key, from, to);
      },
    };
    expect(await valuesOf(counting, 'label')).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(asked).toBeLessThan(bytes.byteLength / 4);
  });

  it('whose footer counts other rows than its row groups is refused, and not taken for empty', async () => {
    const bytes = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'label', data: [1, 2, 3], type: 'INT32' }] }));
    // The rows of the file, a compact zigzag number behind the schema, for those of no writer.
    const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
    const at = bytes.indexOf(Buffer.from([0x16, 6, 0x19]), footer);
    bytes[at + 1] = 8;
    await expect(openParquet(storeOf(bytes.buffer as ArrayBuffer), 'p')).rejects.toThrow(
      'its footer counts 4 rows, and its row groups have 3',
    );
  });

  it('of lists is none, since an image has one class', () => {
    const element = { name: 'label', type: 'INT32', repetition_type: 'REPEATED' } as const;
    expect(columnAt([{ element, children: [], count: 0, path: ['label'] }])).toBeUndefined();
  });
});
