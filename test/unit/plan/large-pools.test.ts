import { describe, expect, it } from 'vitest';
import type { Plan, ShardManifest } from '../../../core/contracts/plan.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { planOutput } from '../../../core/contracts/workflow.ts';
import { readShard } from '../../../core/data/pool/read-shard.ts';
import { dividePool } from '../../../core/plan/list-pool.ts';
import { folder } from '../../../core/plan/pool-objects.ts';
import { MAX_SHARDS } from '../../../core/plan/pool-shards.ts';
import type { Store } from '../../../core/store/store.ts';
import { collect, folderWith, greyPng, IMAGE, LIMITS, tarOf } from '../../support/images.ts';

/** Input or output of a state. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const STATE_BYTES = 262_144;
const HISTORY_EVENTS = 25_000;
/** A job in a map: the iteration begins and ends, the state is entered and left, the task is scheduled, started, submitted and done. */
const EVENTS_PER_JOB = 8;
/** On demand after Spot, with two submissions refused in each. */
const EVENTS_PER_UNLUCKY_JOB = 2 * EVENTS_PER_JOB + 12;

/** A bucket of so many objects that nobody has to make. */
const bucketOf = (count: number, nameOf: (index: number) => string, size = 1): Store =>
  ({
    root: 's3://faces/pool',
    async *list() {
      for (let index = 0; index < count; index++) yield { key: nameOf(index), size };
    },
  }) as unknown as Store;
const tarName = (index: number): string => `${String(index).padStart(6, '0')}.tar`;

const planOf = (shardCount: number, config = resolveConfig('full')): Plan => ({
  runId: 'r'.repeat(80),
  labelled: 's3://faces/labelled',
  pool: 's3://faces/pool',
  benchmarks: { held: 's3://faces/held' },
  config,
  classes: ['calm', 'glad'],
  labelledCounts: [5, 5],
  folds: 5,
  shardCount,
});

const shardsOf = async (store: Store, shardSize: number): Promise<ShardManifest[]> => {
  const shards: ShardManifest[] = [];
  const { shardCount } = await dividePool(folder(store), shardSize, async (shard) => {
    shards[shard.index] = shard;
  });
  // Where they were too many, the first ones were written twice.
  return shards.slice(0, shardCount);
};

const partsIn = ({ parts }: ShardManifest): number => parts.length;

describe('a pool of very many shards', () => {
  it.each([
    [MAX_SHARDS, MAX_SHARDS, 1],
    [MAX_SHARDS + 1, 20_001, 2],
    [100_000, 33_334, 3],
  ])('of %i tars makes %i shards of up to %i tars, and leaves none out', async (tars, shards, together) => {
    const manifests = await shardsOf(bucketOf(tars, tarName, 100 * 2 ** 20), 2500);
    expect(manifests).toHaveLength(shards);
    expect(manifests.map(({ index }) => index)).toEqual(manifests.map((_, index) => index));
    expect(Math.max(...manifests.map(partsIn))).toBe(together);
    expect(manifests.reduce((sum, manifest) => sum + partsIn(manifest), 0)).toBe(tars);
  });

  it('of small tars is some tars a job once there are many', async () => {
    const manifests = await shardsOf(bucketOf(2330, tarName, 12_000_000), 2500);
    expect(manifests.map(partsIn).filter((parts, index) => parts !== manifests[index - 1]?.parts.length)).toEqual([
      1, 2, 4, 2,
    ]);
    expect(manifests).toHaveLength(903);
  });

  it('of single images has larger shards the more there are: every job costs 15 seconds before its first image', async () => {
    const manifests = await shardsOf(
      bucketOf(582_265, (index) => `${index}.png`),
      250,
    );
    expect(manifests.map(partsIn).filter((parts, index) => parts !== manifests[index - 1]?.parts.length)).toEqual([
      250,
      500,
      1000,
      582_265 - 256 * 750 - 390 * 1000,
    ]);
    // Ten times as much is the pool of the paper: 9.7 hours of starting jobs in shards of one size, here 3.8.
    expect(manifests).toHaveLength(903);
  });

  it('is listed once, or a folder of millions would not pass Plan in time', async () => {
    let listings = 0;
    const counted = (count: number): Store => {
      const store = bucketOf(count, (index) => `${index}.png`);
      return {
        ...store,
        list: (...given) => {
          listings += 1;
          return store.list(...given);
        },
      };
    };
    await shardsOf(counted(100_000), 2500);
    expect(listings).toBe(1);
    await shardsOf(counted(4 * MAX_SHARDS), 1);
    expect(listings).toBe(3);
  });

  it('says what to do where it cannot be listed in time: a function that is ended says nothing', async () => {
    let minutes = 0;
    const place = folder(bucketOf(100_000, (index) => `${index}.png`));
    const now = () => {
      minutes += 0.01;
      return minutes * 60_000;
    };
    await expect(dividePool(place, 2500, async () => undefined, { now })).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(
        /^pool: s3:\/\/faces\/pool has more objects than can be listed in 12 minutes: \d+ so far\..* tars/,
      ),
    });
  });

  it('of single images and tars together stays within the bound as well', async () => {
    const nameOf = (index: number) => (index % 2 === 0 ? tarName(index) : `${tarName(index)}.png`);
    const store = bucketOf(90_003, nameOf, 100 * 2 ** 20);
    const manifests = await shardsOf(store, 1);
    expect(manifests.length).toBeLessThanOrEqual(MAX_SHARDS);
    const partsOf = (format: string) =>
      manifests.filter((shard) => shard.format === format).reduce((sum, shard) => sum + partsIn(shard), 0);
    expect([partsOf('tar'), partsOf('images')]).toEqual([45_002, 45_001]);
    // Both are left half full at the end; a shard's number is part of its results, so the order must not change.
    expect(manifests.slice(-2).map(({ format, parts }) => [format, parts.length])).toEqual([
      ['tar', 2],
      ['images', 1],
    ]);
  });

  it('is read tar after tar with the keys that each tar alone would have', async () => {
    const files = {
      'a.tar': await tarOf([['1.png', await greyPng(1)]]),
      'b.tar': await tarOf([['1.png', await greyPng(2)]]),
    };
    const root = await folderWith(files);
    const read = (...parts: string[]) => collect(readShard({ index: 0, format: 'tar', root, parts }, IMAGE, LIMITS));
    const together = await read('a.tar', 'b.tar');
    const apart = [...(await read('a.tar')), ...(await read('b.tar'))];
    expect(together).toEqual(apart);
  });
});

describe('what passes from state to state', () => {
  it('fits with the most shards that a run can have, and with everything that is added later', () => {
    const state = { ...planOutput(planOf(MAX_SHARDS)), round: 4, aggregate: { again: false, nextRound: 5 } };
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(STATE_BYTES);
  });

  it('fits with the most seeds, sets and draws as well', () => {
    const config = resolveConfig('full', {
      seeds: 20,
      draws: 10,
      distill: { ipc: [1, 10, 100, 500, 1000], matching: { nets: 50 } },
    });
    expect(Buffer.byteLength(JSON.stringify(planOutput(planOf(MAX_SHARDS, config))))).toBeLessThan(STATE_BYTES);
  });

  it('leaves a history that Step Functions keeps, also where no job succeeds at first', () => {
    const config = resolveConfig('full', {
      seeds: 20,
      draws: 10,
      distill: { ipc: [1, 10, 100, 500, 1000], matching: { nets: 50 } },
      mining: { rounds: 5 },
    });
    const { primitives, folds, students, pretrained, distilled, evaluations } = planOutput(
      planOf(MAX_SHARDS, config),
    ).items;
    const after = [pretrained!, distilled!, evaluations!].reduce((sum, { length }) => sum + length, 0);
    const jobs = primitives!.length + 5 * (folds!.length + students!.length) + after;
    // Shards are in histories of their own; the map of them adds a handful a round.
    expect(jobs * EVENTS_PER_UNLUCKY_JOB + 500).toBeLessThan(HISTORY_EVENTS);
  });
});
