import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { followLines, jobOutput } from '../../../../local/batch/worker-output.ts';
import type { WorkerMessage } from '../../../../local/events.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const follow = async (logFile: string): Promise<{ messages: WorkerMessage[]; lastLine: string }> => {
  const messages: WorkerMessage[] = [];
  async function* lines(): AsyncGenerator<string> {
    for (let line = 1; line <= 3; line++) {
      yield `line ${line}\n`;
      await pause(20);
    }
    yield '{"event":"progress","done":3,"total":3,"unit":"images"}\n';
  }
  const stream = Readable.from(lines());
  const output = jobOutput({ logFile, onMessage: (message) => messages.push(message) });
  followLines([stream], output.onLine);
  await new Promise((resolve) => stream.once('close', resolve));
  await pause(20);
  return { messages, lastLine: await output.close() };
};

describe('Function: jobOutput', () => {
  it('keeps every line of a job, so that its log tells what its last words do not', async () => {
    const logFile = join(temporaryFolder(), 'log');
    expect((await follow(logFile)).lastLine).toBe('line 3');
    expect(readFileSync(logFile, 'utf8')).toMatch(/^line 1\nline 2\nline 3\n\{/);
  });

  it.runIf(existsSync('/dev/full'))('warns once on a full disk instead of ending every job of the run', async () => {
    const { messages, lastLine } = await follow('/dev/full');
    expect(messages).toEqual([
      {
        event: 'log',
        level: 'warn',
        message: expect.stringMatching(/^Its log is incomplete: \/dev\/full .*disk is full\. Free space/),
      },
      { event: 'progress', done: 3, total: 3, unit: 'images' },
    ]);
    expect(lastLine).toBe('line 3');
  });

  it('warns once where the log cannot even be opened', async () => {
    const { messages } = await follow(temporaryFolder());
    expect(messages.filter(({ event }) => event === 'log')).toHaveLength(1);
  });
});
