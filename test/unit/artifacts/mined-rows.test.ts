import { describe, expect, it } from 'vitest';
import { minedFile } from '../../../core/artifacts/mined.ts';
import { eachMined, minedByShard, readMinedColumns, readMinedRows } from '../../../core/artifacts/mined-rows.ts';
import type { MinedRow } from '../../../core/contracts/mined.ts';
import { collect } from '../../support/images.ts';
import { memoryStore } from '../../support/memory-store.ts';

const rowAt = (rank: number): MinedRow => ({
  key: `pool/${rank}.png`,
  shard: rank % 7,
  row: rank,
  sha256: String(rank).padEnd(64, 'f'),
  label: rank % 2,
  score: 1 - rank / 10_000,
  probability: 0.5 + rank / 10_000,
  weight: 1 + (rank % 2),
  rank,
});
/** More than the first row group, which holds 1,000. */
const ROWS = Array.from({ length: 2500 }, (_, rank) => rowAt(rank));

const written = async () => {
  const store = memoryStore();
  await minedFile('r', 0).write(store, { score: 'confidence', classes: ['calm', 'glad'], rows: ROWS });
  return { ...store, get: () => Promise.reject(new Error('It was read whole.')) };
};

describe('a mined set that is larger than the memory', () => {
  it('is read column by column, in the order of its ranks', async () => {
    const store = await written();
    const { labels, probabilities, weights } = await readMinedColumns(store, 'r', 0);
    expect([...labels]).toEqual(ROWS.map(({ label }) => label));
    expect([...probabilities]).toEqual(ROWS.map(({ probability }) => probability));
    expect([...weights]).toEqual(ROWS.map(({ weight }) => weight));
  });

  it('gives single rows, whichever score it was mined by, out of their row groups', async () => {
    const store = await written();
    expect(await readMinedRows(store, 'r', 0, [2400, 0, 999, 1000])).toEqual([2400, 0, 999, 1000].map(rowAt));
    expect(await readMinedRows(store, 'r', 0, [])).toEqual([]);
  });

  it('comes row by row for an audit', async () => {
    const store = await written();
    const told = await collect(eachMined(store, 'r', 0));
    expect(told).toEqual(ROWS.map(({ key, label, weight }) => ({ key, label, weight })));
  });

  it.each([400, 100_000])('comes shard by shard for an export, whether %i rows fit or all', async (most) => {
    const found = await collect(minedByShard(await written(), 'r', 0, most));
    expect(found.map(([shard]) => shard)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(found[3]).toEqual([3, ROWS.filter(({ shard }) => shard === 3)]);
  });

  it('is named where it is missing or holds something else', async () => {
    await expect(readMinedColumns(memoryStore(), 'r', 0)).rejects.toMatchObject({ name: 'DataError' });
    const broken = memoryStore(new Map([[minedFile('r', 0).key, 'no parquet at all']]));
    await expect(readMinedColumns(broken, 'r', 0)).rejects.toThrow(/mined\.parquet is not a readable Parquet file/);
    const wrong = memoryStore();
    await minedFile('r', 0).write(wrong, {
      score: 'confidence',
      classes: ['calm', 'glad'],
      rows: [{ ...rowAt(0), weight: -1 }],
    });
    await expect(readMinedRows(wrong, 'r', 0, [0])).rejects.toThrow(/^Row 0 of the mined set: weight: /);
  });
});
