import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { fileError } from '../../core/store/file-errors.ts';
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

/** Where the lines of one job go. */
export interface JobOutput {
  readonly onLine: (line: string) => void;
  /** Closes the log, once all lines have come. @returns the job's last words */
  close(): Promise<string>;
}

/**
 * Writes every line that a job prints into its log and passes its messages on. A log that cannot be written (a full
 * disk) is told once as a warning and ends nothing: where it matters, the job itself fails with a reason.
 */
export const jobOutput = ({ logFile, onMessage }: Pick<Attempt, 'logFile' | 'onMessage'>): JobOutput => {
  const log = createWriteStream(logFile, { flags: 'a' });
  log.once('error', (error) => {
    onMessage({ event: 'log', level: 'warn', message: `Its log is incomplete: ${fileError(error, logFile).message}` });
  });
  let lastLine = '';
  return {
    onLine: (line) => {
      if (log.writable) log.write(`${line}\n`);
      const message = parseMessage(line);
      if (message !== undefined) onMessage(message);
      // What a worker says in passing is no reason for its end.
      if (message?.event === 'log' && message.level !== 'info') lastLine = message.message;
      else if (message === undefined && line.trim() !== '') lastLine = line.trim();
    },
    close: async () => {
      log.end();
      // Its error has been told.
      await finished(log).catch(() => undefined);
      return lastLine;
    },
  };
};

/** Calls `onLine` for every line of some streams. */
export const followLines = (streams: readonly Readable[], onLine: (line: string) => void): void => {
  for (const stream of streams) createInterface({ input: stream }).on('line', onLine);
};
