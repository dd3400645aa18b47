import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeParquet, encodeParquet, type ParquetColumn } from '../../../core/format/parquet.ts';

const Row = z.strictObject({ key: z.string(), label: z.number().int(), probability: z.number() });
type Row = z.infer<typeof Row>;

const COLUMNS: readonly ParquetColumn<keyof Row>[] = [
  { field: 'key', type: 'STRING' },
  { field: 'label', type: 'INT32' },
  { field: 'probability', type: 'DOUBLE' },
];

const rows: Row[] = Array.from({ length: 50 }, (_, i) => ({
  key: `pool-0/ü${i % 7}.png`,
  label: i % 3,
  probability: 1 / (i + 1),
}));

const encode = (some: readonly Row[]): Buffer => encodeParquet(COLUMNS, some);

describe('Parquet tables', () => {
  it('give every row back exactly, doubles to the last bit', async () => {
    expect(await decodeParquet(encode(rows), Row)).toEqual(rows);
  });

  it('hold no rows as well', async () => {
    expect(await decodeParquet(encode([]), Row)).toEqual([]);
  });

  it('are the same bytes for the same rows, whatever the order of the fields', () => {
    const turned = rows.map((row) => Object.fromEntries(Object.entries(row).reverse()) as Row);
    expect(encode(turned).equals(encode(rows))).toBe(true);
  });

  it('are read from a window of a larger buffer', async () => {
    const bytes = encode(rows);
    const larger = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(5)]);
    expect(await decodeParquet(larger.subarray(13, 13 + bytes.length), Row)).toEqual(rows);
  });

  it('are refused when cut, or when they are another table', async () => {
    await expect(decodeParquet(encode(rows).subarray(0, 300), Row)).rejects.toThrow(
      /Not a readable Parquet file of 300/,
    );
    const Other = z.strictObject({ shard: z.number() });
    await expect(decodeParquet(encode(rows), Other)).rejects.toThrow(/^Row 0 of a Parquet file: shard: /);
  });
});

it('tells Hugging Face what its columns are, and keeps images, soft labels and lists as they were given', async () => {
  const images = Array.from({ length: 250 }, (_, i) => ({
    image: { bytes: Buffer.from([137, i]), path: `${i}.png` },
    label: i % 2,
    soft_label: [0.25, 0.75],
    made_from: [`pool/${i}.png`, 'pool/é.png'],
  }));
  const columns: readonly ParquetColumn<keyof (typeof images)[number]>[] = [
    { field: 'image', type: 'IMAGE' },
    { field: 'label', type: 'LABEL' },
    { field: 'label', name: 'class_name', type: 'STRING', words: ['calm', 'glad'] },
    { field: 'soft_label', type: 'FLOATS' },
    { field: 'made_from', type: 'STRINGS' },
  ];
  const bytes = encodeParquet(columns, images, { classes: ['calm', 'glad'] });
  const read = await decodeParquet(bytes, z.record(z.string(), z.unknown()));
  expect(read[249]).toEqual({
    image: { bytes: Uint8Array.of(137, 249), path: '249.png' },
    label: 1n,
    class_name: 'glad',
    soft_label: [0.25, 0.75],
    made_from: ['pool/249.png', 'pool/é.png'],
  });
  const { key_value_metadata: metadata } = parquetMetadata(new Uint8Array(bytes).buffer);
  expect(JSON.parse(metadata!.find(({ key }) => key === 'huggingface')!.value!).info.features.label).toEqual({
    names: ['calm', 'glad'],
    _type: 'ClassLabel',
  });
});
