import { copyFileSync } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { statsFile } from '../../../core/artifacts/job.ts';
import { minedSummaryFile } from '../../../core/artifacts/mined.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import type { RunInput } from '../../../core/contracts/run-input.ts';
import { FUNCTIONS } from '../../../core/contracts/stages.ts';
import { fileStore } from '../../../core/store/file.ts';
import type { RunEvent } from '../../../local/events.ts';
import { RUN, tinyRuns } from '../../support/tiny-runs.ts';

const { folder, data, input, run } = tinyRuns();

/**
 * Runs until the pool is mined: what comes after it is the same as in any run.
 * @returns what the run's summary says of it
 */
const mine = async (outFolder: string, given: RunInput) => {
  const stop = new AbortController();
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'stage-started' && event.stage === 'CompareFolds') stop.abort();
  };
  const running = run(outFolder, { input: given, signal: stop.signal, onEvent });
  await expect(running).rejects.toMatchObject({ name: 'RunStoppedError' });
  const store = fileStore(outFolder);
  const { folder: folderOf, counts } = FUNCTIONS.aggregate.stats;
  const { rejected } = await statsFile(folderOf(RUN, 0), counts).read(store);
  return { ...(await minedSummaryFile(RUN, 0).read(store)), rejected };
};

// An upload that broke off: the archive ends in the middle of a member. Shard 3 is no archive at all.
beforeAll(() => truncate(join(data, 'pool', '2.tar'), 12_345));

describe('a pool with a truncated and an unreadable object', () => {
  it('is mined as far as it can be read, and what was lost is counted with its reason', async () => {
    const mined = await mine(join(folder, 'tolerant'), input());
    expect(mined.rejected['truncated-archive']).toBe(1);
    expect(mined.poolImages).toBeGreaterThan(60);
    expect(mined.poolImages).toBeLessThan(90);
    expect(mined.failedShards.map(({ shard }) => shard)).toEqual([3]);
  }, 400_000);
});

describe('more failed shards than the run tolerates', () => {
  const strict = join(folder, 'strict');
  const withoutFailures = (): RunInput => {
    const { config } = input();
    return { ...input(), config: { ...config, mining: { ...config?.mining, maxFailedShards: 0 } } };
  };

  it('end the run with why, no machine more is tried, and it goes on when they are repaired', async () => {
    const ended: boolean[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'job-ended' && event.job.label === 'round-0-shards-00003') ended.push(event.succeeded);
    };
    await expect(run(strict, { input: withoutFailures(), onEvent })).rejects.toThrow(
      /^1 of 4 jobs of MineShards failed; 0 may\. ShardUnreadableError: .*3\.tar/,
    );
    expect(ended).toEqual([false]);
    const kept = join(strict, shardFiles(RUN, 0, 0).stats.key);
    const before = (await stat(kept)).mtimeMs;

    copyFileSync(join(data, 'pool', '0.tar'), join(data, 'pool', '3.tar'));
    const mined = await mine(strict, withoutFailures());

    expect((await stat(kept)).mtimeMs).toBe(before);
    expect(mined.failedShards).toEqual([]);
    expect(mined.rejected.duplicate).toBeGreaterThan(0);
  }, 400_000);
});
