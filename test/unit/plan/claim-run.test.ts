import { describe, expect, it } from 'vitest';
import { ownerFile } from '../../../core/artifacts/run.ts';
import { claimRun } from '../../../core/plan/claim-run.ts';
import { memoryStore } from '../../support/memory-store.ts';

const running = async (): Promise<boolean> => true;
const ended = async (): Promise<boolean> => false;

describe('the owner of a run', () => {
  it('keeps others away while it goes on, and may ask again itself, as a retry does', async () => {
    const store = memoryStore();
    await claimRun(store, 'r', 'arn:one', running);
    await claimRun(store, 'r', 'arn:one', running);
    await expect(claimRun(store, 'r', 'arn:two', running)).rejects.toThrow(
      /^The run r is held by the execution arn:one since .*, which is running/,
    );
    expect(await ownerFile('r').read(store)).toMatchObject({ execution: 'arn:one', before: [] });
  });

  it('is followed by another once it has ended, and is remembered, or nobody would find its jobs', async () => {
    const store = memoryStore();
    for (const execution of ['arn:one', 'arn:two', 'arn:three', 'arn:one']) {
      await claimRun(store, 'r', execution, ended);
    }
    expect(await ownerFile('r').read(store)).toMatchObject({ execution: 'arn:one', before: ['arn:two', 'arn:three'] });
  });

  it('is one of those that come at once over an owner that has ended', async () => {
    const store = memoryStore();
    await claimRun(store, 'r', 'arn:old', ended);
    const isRunning = async (execution: string): Promise<boolean> => execution !== 'arn:old';
    const ends = await Promise.allSettled(
      ['arn:a', 'arn:b', 'arn:c'].map((execution) => claimRun(store, 'r', execution, isRunning)),
    );
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('has it also where the answer of the write was lost', async () => {
    const store = memoryStore();
    const deaf = {
      ...store,
      putOver: async (...put: Parameters<typeof store.putOver>) => !(await store.putOver(...put)),
    };
    await claimRun(deaf, 'r', 'arn:one', running);
    expect((await ownerFile('r').read(store)).execution).toBe('arn:one');
  });

  it('is asked for again later where others write all the time', async () => {
    const busy = { ...memoryStore(), putOver: async () => false };
    await expect(claimRun(busy, 'r', 'arn:one', running)).rejects.toMatchObject({ name: 'TransientError' });
  });
});
