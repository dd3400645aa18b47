import { describe, expect, it } from 'vitest';
import { errorFile } from '../../../core/artifacts/job.ts';
import { refuseJob } from '../../../core/run/refuse-job.ts';
import { memoryStore } from '../../support/memory-store.ts';

const STOPPED = Date.parse('2026-11-26T12:00:00Z');

/** A failed job, as far as Step Functions tells of it. */
const causeOf = (exitCode: number): string =>
  JSON.stringify({
    Container: { Command: ['node', 'worker.mjs', 'mine'], ExitCode: exitCode, LogStreamName: 'mine/default/7c7c' },
    JobName: 'run_1-mine-0-1',
    StoppedAt: STOPPED,
  });

describe('Function: refuseJob', () => {
  it('ends the run in its own words, under its own name, with its log', async () => {
    const store = memoryStore();
    await errorFile('folder').write(store, { name: 'ShardUnreadableError', message: 'Shard 1 is cut.', exitCode: 65 });
    const refused = refuseJob(store, { folder: 'folder', cause: causeOf(65) });
    await expect(refused).rejects.toMatchObject({
      name: 'ShardUnreadableError',
      message: 'Shard 1 is cut. (job run_1-mine-0-1, log mine/default/7c7c)',
      exitCode: 65,
    });
  });

  it('does not repeat the words of an earlier attempt that ended otherwise', async () => {
    const store = memoryStore();
    await errorFile('folder').write(store, { name: 'TransientError', message: 'S3 is busy.', exitCode: 75 });
    const refused = refuseJob(store, { folder: 'folder', cause: causeOf(65) });
    await expect(refused).rejects.toThrow(/^The job failed with exit code 65, .*log mine\/default\/7c7c/);
  });

  it('ends the run even where its description was cut off', async () => {
    const cut = causeOf(65).slice(0, 100);
    const refused = refuseJob(memoryStore(), { folder: 'folder', cause: cut, redrivenAt: new Date() });
    await expect(refused).rejects.toMatchObject({ name: 'JobFailedError' });
  });

  it('lets the job be submitted again after a redrive, and refuses it where it has failed since', async () => {
    const at = (redrivenAt: Date) => refuseJob(memoryStore(), { folder: 'folder', cause: causeOf(65), redrivenAt });
    await expect(at(new Date(STOPPED + 1))).resolves.toBeUndefined();
    await expect(at(new Date(STOPPED - 1))).rejects.toMatchObject({ exitCode: 65 });
  });
});
