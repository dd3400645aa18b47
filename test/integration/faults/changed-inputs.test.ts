import { copyFileSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import type { RunEvent } from '../../../local/events.ts';
import { expectUndisturbedBytes, RUN, tinyRuns } from '../../support/tiny-runs.ts';

const { folder, data, run } = tinyRuns();

describe('a run under which everything changes', () => {
  const changed = join(folder, 'changed');

  /** What happens to the inputs, and to what the run has written, just before a stage. */
  const CHANGES: Readonly<Record<string, () => void>> = {
    // Prepare has read them.
    TrainPrimitives: () => {
      for (const set of ['labelled', 'benchmark']) {
        for (const name of ['0.png', '1.png']) {
          copyFileSync(join(data, set, 'stripes', name), join(data, set, 'dots', name));
        }
        rmSync(join(data, set, 'stripes', '2.png'));
      }
    },
    // Plan has divided it.
    MineShards: () => copyFileSync(join(data, 'pool', '0.tar'), join(data, 'pool', '4.tar')),
    Aggregate: () => {
      copyFileSync(join(data, 'pool', '2.tar'), join(data, 'pool', '0.tar'));
      rmSync(dirname(join(changed, shardFiles(RUN, 0, 1).stats.key)), { recursive: true });
    },
  };

  it('learns from what it read first and mines what was listed first, and a shard whose output was deleted is mined again', async () => {
    const met = new Set<string>();
    const onEvent = (event: RunEvent): void => {
      if (event.type !== 'stage-started' || met.has(event.stage)) return;
      met.add(event.stage);
      CHANGES[event.stage]?.();
    };
    await expect(run(changed, { onEvent })).rejects.toThrow(
      /2 of 4 shards failed; 1 may.*shard 1: NoOutput: the job ended without a word/,
    );
    expect([...met]).toEqual(expect.arrayContaining(Object.keys(CHANGES)));

    const kept = join(changed, shardFiles(RUN, 0, 0).stats.key);
    const before = (await stat(kept)).mtimeMs;
    const jobs = new Set<string>();
    await run(changed, {
      onEvent: (event) => {
        if (event.type === 'job-started' && event.job.label.includes('shards')) jobs.add(event.job.label);
      },
    });

    expect((await stat(kept)).mtimeMs).toBe(before);
    expect([...jobs].sort()).toEqual([0, 1, 2, 3].map((shard) => `round-0-shards-0000${shard}`));
    await expectUndisturbedBytes(changed);
  }, 900_000);
});
