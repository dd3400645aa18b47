import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../../../local/batch/engine.ts';
import { skipDone } from '../../../../local/batch/skip-done.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { attemptOf } from '../fixture.ts';

const STARTED = { exitCode: 9, timedOut: false, lastLine: 'started' };

/** A store in which shard 3 of the run `main` is mined. */
const storeFolder = (): string => {
  const out = temporaryFolder();
  const folder = join(out, 'runs', 'main', 'round-0', 'shards', '00003');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'stats.json'), '{}');
  return out;
};

const attempt = (shard: number, command: readonly string[]): Attempt =>
  attemptOf({
    command,
    environment: {
      OMNIDISTILL_STORE: 'file:///elsewhere',
      OMNIDISTILL_RUN_ID: 'main',
      OMNIDISTILL_ROUND: '0',
      OMNIDISTILL_SHARD: String(shard),
    },
  });

describe('Function: skipDone', () => {
  const engine = () => skipDone(async () => STARTED, storeFolder());
  const mine = ['node', 'worker.mjs', 'mine'];

  it('starts nothing for a finished job, or a run that is started again takes half a second for each', async () => {
    expect(await engine()(attempt(3, mine))).toMatchObject({ exitCode: 0, timedOut: false });
  });

  it('starts a job that is not done, and whatever it cannot tell', async () => {
    expect(await engine()(attempt(4, mine))).toBe(STARTED);
    expect(await engine()(attempt(3, ['node', 'other.mjs']))).toBe(STARTED);
  });
});
