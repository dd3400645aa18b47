import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { minedFile, readMinedImages, readMinedSet } from '../../../core/artifacts/mined.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import type { MinedRow } from '../../../core/contracts/mined.ts';
import type { MiningScore } from '../../../core/contracts/mining-scores.ts';
import { decodeParquet } from '../../../core/format/parquet.ts';
import { sha256 } from '../../../core/format/sha256.ts';
import type { Store } from '../../../core/store/store.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyPlan } from '../../support/toy.ts';

const plan = toyPlan({ shardCount: 2 });
const { config } = plan;
const { size, channels } = config.image;
const VALUES = size * size * channels;

const imageOf = (level: number): Uint8Array => new Uint8Array(VALUES).fill(level);

/** Two shards of three images; image `row` of shard `s` has the grey level 10 s + row. */
const mined = async (): Promise<{ store: Store; rows: MinedRow[] }> => {
  const store = memoryStore();
  for (const shard of [0, 1]) {
    const pixels = Buffer.concat([0, 1, 2].map((row) => imageOf(10 * shard + row)));
    await shardFiles('r', 0, shard).images.write(store, { size, channels, count: 3, pixels: new Uint8Array(pixels) });
  }
  const rows = [11, 2, 10].map((level, rank) => ({
    key: `pool/${level}.png`,
    shard: Math.floor(level / 10),
    row: level % 10,
    sha256: sha256(imageOf(level)),
    label: rank % 2,
    score: 0.9 - rank / 10,
    probability: 0.8,
    rank,
    weight: 1,
  }));
  await minedFile('r', 0).write(store, { score: 'similarity', classes: ['calm', 'glad'], rows });
  return { store, rows };
};

describe('the mined set', () => {
  it('has each image under its own row, whatever shard it comes from', async () => {
    const { store } = await mined();
    const set = await readMinedSet(store, plan, 0);
    expect([0, 1, 2].map((i) => set.pixels[i * VALUES])).toEqual([11, 2, 10]);
    expect([...set.labels]).toEqual([0, 1, 0]);
    expect(set.keys).toEqual(['pool/11.png', 'pool/2.png', 'pool/10.png']);
  });

  it('is read shard by shard, several at once and each once, whatever its size: a GPU waits for it', async () => {
    const store = memoryStore();
    const shards = Array.from({ length: 60 }, (_, shard) => shard);
    for (const shard of shards) {
      await shardFiles('r', 0, shard).images.write(store, { size, channels, count: 1, pixels: imageOf(shard) });
    }
    const rows = [...shards, ...shards, ...shards].map((shard, rank) => ({
      ...{ key: `${shard}.png`, shard, row: 0, sha256: sha256(imageOf(shard)), label: 0 },
      ...{ score: 0.5, probability: 0.5, rank, weight: 1 },
    }));
    let looks = 0;
    const counted = new Proxy(rows, {
      get(target, name, receiver) {
        if (typeof name === 'string' && /^\d+$/.test(name)) looks += 1;
        return Reflect.get(target, name, receiver);
      },
    });
    const asked: string[] = [];
    let [now, most] = [0, 0];
    const slow: Store = {
      ...store,
      async get(key) {
        asked.push(key);
        most = Math.max(most, ++now);
        await new Promise((resolve) => setTimeout(resolve, 1));
        now -= 1;
        return store.get(key);
      },
    };
    const set = await readMinedImages(slow, { runId: 'r', round: 0, shape: config.image }, counted);
    expect(rows.map((_, i) => set.pixels[i * VALUES])).toEqual(rows.map(({ shard }) => shard));
    expect(asked.sort()).toEqual(shards.map((shard) => shardFiles('r', 0, shard).images.key));
    expect(most).toBe(16);
    expect(looks).toBeLessThanOrEqual(5 * rows.length);
  });

  it('is refused where a shard was mined again over another pool, with the shard, the key and what to do', async () => {
    const { store } = await mined();
    const other = { size, channels, count: 3, pixels: new Uint8Array(3 * VALUES).fill(77) };
    await shardFiles('r', 0, 1).images.write(store, other);
    const reading = readMinedSet(store, plan, 0);
    await expect(reading).rejects.toMatchObject({ name: 'DataError', exitCode: 65 });
    await expect(reading).rejects.toThrow(
      /^Shard 1: row 1 of .*shards\/00001\/candidates\.safetensors .*"pool\/11\.png"/,
    );
    await expect(reading).rejects.toThrow(/another run id, or bring the pool back/);
  });

  it('names the shard whose images somebody has deleted, and how they come back', async () => {
    const { store } = await mined();
    const { key } = shardFiles('r', 0, 1).images;
    const without: Store = { ...store, get: async (asked) => (asked === key ? undefined : store.get(asked)) };
    const reading = readMinedSet(without, plan, 0);
    await expect(reading).rejects.toMatchObject({ name: 'LostOutputError', exitCode: 65 });
    await expect(reading).rejects.toThrow(/There is no .*shards\/00001\/candidates\.safetensors any more/);
  });

  it('is refused where a shard kept fewer images than it had', async () => {
    const { store, rows } = await mined();
    await shardFiles('r', 0, 0).images.write(store, { size, channels, count: 1, pixels: imageOf(0) });
    const options = { runId: 'r', round: 0, shape: config.image };
    await expect(readMinedImages(store, options, rows)).rejects.toThrow(/pool\/2\.png.*found nothing/);
  });

  it('says what it was mined by, or a probability would be read as a cosine', async () => {
    const { store, rows } = await mined();
    const columnsOf = async (score: MiningScore): Promise<string[]> => {
      await minedFile('r', 0).write(store, { score, classes: ['calm', 'glad'], rows });
      const [row] = await decodeParquet(await minedFile('r', 0).bytes(store), z.record(z.string(), z.unknown()));
      return Object.keys(row!);
    };
    const others = ['key', 'shard', 'row', 'sha256', 'label', 'class_name', 'probability', 'rank', 'weight'];
    expect(await columnsOf('similarity')).toEqual(others.toSpliced(6, 0, 'similarity'));
    expect(await columnsOf('confidence')).toEqual(others.toSpliced(6, 0, 'confidence'));
    expect(await minedFile('r', 0).read(store)).toEqual(rows);
  });
});
