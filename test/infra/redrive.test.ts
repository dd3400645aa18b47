import { describe, expect, it } from 'vitest';
import { EXIT_CODE } from '../../core/errors.ts';
import { refuseJob } from '../../core/run/refuse-job.ts';
import { StateError } from '../../local/errors.ts';
import { isBatch } from '../../local/step-functions/definition.ts';
import type { TaskHandlers } from '../../local/step-functions/task-handlers.ts';
import { memoryStore } from '../support/memory-store.ts';
import { type Ended, redrive, start } from '../support/redrive.ts';
import { definitionIn, statesIn, templateWith } from './synthesised.ts';

const definition = definitionIn(templateWith());

const planned = {
  runId: 'run_1',
  round: 0,
  evenIfHarmful: false,
  toleratedShards: 0,
  items: {
    ...{ folds: [0], shards: [0, 1, 2], primitives: [{ role: 'primitive', seed: 0 }] },
    ...{ students: [], consistent: [], noisy: [], pretrained: [], labelledBanks: [], distilled: [], released: [] },
    evaluations: [{ arm: 'labelled' }],
  },
};

/** A job as AWS gave it for the cause of an error (NASA-IMPACT/hls-orchestration, batch_test_events.py), with our names. */
const causeOf = (exitCode: number | undefined): string =>
  JSON.stringify({
    Attempts: [{ Container: { ExitCode: exitCode, LogStreamName: 'mine/default/7c7c' }, StoppedAt: Date.now() - 1 }],
    Container: { Command: ['node', 'worker.mjs'], ExitCode: exitCode, LogStreamName: 'mine/default/7c7c', Vcpus: 4 },
    JobName: 'run_1-mine-0-1',
    Status: 'FAILED',
    StoppedAt: Date.now() - 1,
  });

/** A workflow whose jobs can be broken and repaired, with the real function that refuses. */
const workflow = () => {
  const calls: string[] = [];
  const store = memoryStore();
  const broken = new Map<string, number | undefined>();
  const jobOf = (payload: unknown): string => (payload as { JobName: string }).JobName.slice('run_1-'.length);
  const handlers: TaskHandlers = Object.fromEntries(
    statesIn(definition)
      .filter(([, { Type }]) => Type === 'Task')
      .map(([state, { Resource }]) => [
        state,
        async (payload: unknown): Promise<unknown> => {
          calls.push(isBatch(Resource) ? `${state} ${jobOf(payload)}` : state);
          if (state === 'Plan') return planned;
          if (state === 'Aggregate') return { again: false, nextRound: 1 };
          if (state.endsWith('Refused')) {
            const { cause, execution } = payload as { cause: string; execution: { RedriveTime?: string } };
            const redrivenAt = execution.RedriveTime === undefined ? undefined : new Date(execution.RedriveTime);
            await refuseJob(store, { folder: 'folder', cause, redrivenAt });
            return null;
          }
          if (!isBatch(Resource) || !broken.has(jobOf(payload))) return {};
          const cause = causeOf(broken.get(jobOf(payload)));
          throw new StateError('States.TaskFailed', cause, { name: 'JobFailedError', message: 'broken' } as never);
        },
      ]),
  );
  const from = async (go: () => Promise<Ended>): Promise<Ended & { readonly calls: readonly string[] }> => {
    calls.length = 0;
    const ended = await go();
    return { ...ended, calls: [...calls] };
  };
  return {
    broken,
    store,
    start: () => from(() => start(definition, handlers, { pool: 's3://bucket/pool' })),
    redrive: (ended: Ended) => from(() => redrive(definition, handlers, ended)),
  };
};

describe('a redrive, which runs nothing again that has succeeded', () => {
  it('mines the shard again that failed on both queues, and that one alone', async () => {
    const run = workflow();
    run.broken.set('mine-0-1', 1);
    const failed = await run.start();
    expect(failed.failed?.state).toBe('MineShards');
    expect(failed.calls).not.toContain('Aggregate');

    run.broken.clear();
    const again = await run.redrive(failed);

    expect(again.failed).toBeUndefined();
    expect(again.calls.slice(0, 2)).toEqual(['MineShardOnDemand mine-0-1', 'Aggregate']);
    expect(again.calls.filter((call) => call.startsWith('MineShard'))).toHaveLength(1);
    expect(again.calls.at(-1)).toBe('Publish');
  });

  it.each([EXIT_CODE.config, EXIT_CODE.data])(
    'mines the shard again that was refused with exit code %i once its tar was uploaded again',
    async (exitCode) => {
      const run = workflow();
      run.broken.set('mine-0-1', exitCode);
      const failed = await run.start();
      const ofShard = failed.calls.filter((call) => /mine-0-1|Refused/.test(call));
      expect(ofShard).toEqual(['MineShard mine-0-1', 'MineShardRefused']);

      // Redriven before anything was repaired, it fails in the same words, and can be redriven again.
      const still = await run.redrive(failed);
      expect(still.calls).toEqual(['MineShardRefused', 'MineShard mine-0-1', 'MineShardRefused']);
      expect(still.failed?.state).toBe('MineShards');

      run.broken.clear();
      const again = await run.redrive(still);
      expect(again.calls.slice(0, 3)).toEqual(['MineShardRefused', 'MineShard mine-0-1', 'Aggregate']);
      expect(again.failed).toBeUndefined();
    },
  );

  it('goes on after a single job that was refused', async () => {
    const run = workflow();
    run.broken.set('prepare', EXIT_CODE.data);
    const failed = await run.start();
    expect(failed.calls).toEqual(['Plan', 'Prepare prepare', 'PrepareRefused']);
    run.broken.clear();
    const again = await run.redrive(failed);
    expect(again.calls.slice(0, 3)).toEqual(['PrepareRefused', 'Prepare prepare', 'TrainPrimitive train-primitive-0']);
    expect(again.failed).toBeUndefined();
  });

  it.each([
    ['was stopped before it had a container', undefined],
    ['ran out of memory', 137],
    ['died for no known reason', EXIT_CODE.failure],
  ])('is not needed for a job that %s: it goes to the on-demand queue', async (_what, exitCode) => {
    const run = workflow();
    run.broken.set('mine-0-1', exitCode);
    const { calls } = await run.start();
    expect(calls).toContain('MineShardOnDemand mine-0-1');
    expect(calls).not.toContain('MineShardRefused');
  });
});
