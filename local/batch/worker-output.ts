import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { WorkerMessage } from '../events.ts';
import type { Attempt } from './engine.ts';

const Message = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('progress'),
    done: z.number(),
    total: z.number().nullable().default(null),
    unit: z.string(),
  }),
  z.object({ event: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
]);

/** A line of a worker's output as a message; `undefined` where it is something else that a library printed. */
export const parseMessage = (line: string): WorkerMessage | undefined => {
  if (!line.startsWith('{')) return undefined;
  try {
    return Message.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
};

/**
 * Writes every line that a job prints into its log and passes its messages on.
 * @returns a function that closes the log, to be called once the streams are closed, and gives the job's last words
 */
export const followOutput = (
  streams: readonly Readable[],
  { logFile, onMessage }: Pick<Attempt, 'logFile' | 'onMessage'>,
): (() => Promise<string>) => {
  const log = createWriteStream(logFile, { flags: 'a' });
  let lastLine = '';
  for (const stream of streams) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      const message = parseMessage(line);
      if (message !== undefined) onMessage(message);
      // What a worker says in passing is no reason for its end.
      if (message?.event === 'log' && message.level !== 'info') lastLine = message.message;
      else if (message === undefined && line.trim() !== '') lastLine = line.trim();
    });
  }
  return async () => {
    log.end();
    await finished(log);
    return lastLine;
  };
};
