import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { MinedRow } from '../../../core/contracts/mined.ts';
import type { MiningScore } from '../../../core/contracts/mining-scores.ts';
import type { Rejection } from '../../../core/contracts/stats.ts';
import {
  decodeCandidates,
  decodeMined,
  decodeParquet,
  decodeRejections,
  encodeCandidates,
  encodeMined,
  encodeRejections,
} from '../../../core/format/parquet.ts';

const rows: MinedRow[] = Array.from({ length: 50 }, (_, i) => ({
  key: `pool-0/ü${i % 7}.png`,
  shard: 3,
  row: i,
  sha256: String(i % 10).repeat(64),
  label: i % 3,
  score: Math.fround(0.9 - i / 77),
  probability: 1 / (i + 1),
  rank: i,
}));

const rejections: Rejection[] = [
  { key: 'a/b.png', reason: 'undecodable', detail: 'libpng: "cut"' },
  { key: 'a/c.png', reason: 'empty', detail: '' },
];

describe('Parquet tables', () => {
  it('give every row back exactly, doubles to the last bit', async () => {
    const candidates = rows.map(({ rank: _, ...candidate }) => candidate);
    expect(await decodeMined(encodeMined(rows, 'similarity'))).toEqual(rows);
    expect(await decodeCandidates(encodeCandidates(candidates, 'similarity'))).toEqual(candidates);
    expect(await decodeRejections(encodeRejections(rejections))).toEqual(rejections);
  });

  it('say what an image was mined by, or a probability would be read as a cosine', async () => {
    const columnsOf = async (score: MiningScore): Promise<string[]> => {
      const [row] = await decodeParquet(encodeMined(rows, score), z.record(z.string(), z.unknown()));
      return Object.keys(row!);
    };
    const others = ['key', 'shard', 'row', 'sha256', 'label', 'probability', 'rank'];
    expect(await columnsOf('similarity')).toEqual(others.toSpliced(5, 0, 'similarity'));
    expect(await columnsOf('confidence')).toEqual(others.toSpliced(5, 0, 'confidence'));
    expect(await decodeMined(encodeMined(rows, 'confidence'))).toEqual(rows);
  });

  it('hold no rows as well', async () => {
    expect(await decodeMined(encodeMined([], 'similarity'))).toEqual([]);
    expect(await decodeCandidates(encodeCandidates([], 'similarity'))).toEqual([]);
    expect(await decodeRejections(encodeRejections([]))).toEqual([]);
  });

  it('are the same bytes for the same rows, whatever the order of the fields', () => {
    const turned = rows.map((row) => Object.fromEntries(Object.entries(row).reverse()) as MinedRow);
    expect(encodeMined(turned, 'similarity').equals(encodeMined(rows, 'similarity'))).toBe(true);
  });

  it('are read from a window of a larger buffer', async () => {
    const bytes = encodeMined(rows, 'similarity');
    const larger = Buffer.concat([Buffer.alloc(13), bytes, Buffer.alloc(5)]);
    expect(await decodeMined(larger.subarray(13, 13 + bytes.length))).toEqual(rows);
  });

  it('are refused when cut, or when they are another table', async () => {
    await expect(decodeMined(encodeMined(rows, 'similarity').subarray(0, 300))).rejects.toThrow(
      /Not a readable Parquet file of 300/,
    );
    await expect(decodeMined(encodeRejections(rejections))).rejects.toThrow(/^Row 0 of a Parquet file: shard: /);
  });
});
