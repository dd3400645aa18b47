import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
// On glibc, sharp has to be loaded by the main thread before any other one.
import 'sharp';
import { valuesOf } from '../../data/images.ts';
import { OmnidistillError } from '../../errors.ts';
import type { GuardedBatch } from '../guarded.ts';
import { fromRecord } from './reader-errors.ts';
import type { ReaderMessage, ReaderTask } from './reader-messages.ts';

/** Batches that may wait for the net: one would do if reading and computing took equally long every time. */
const MOST_BATCHES = 3;
/** Bytes of pixels that may wait, where the batches are large. */
const MOST_BYTES = 64 * 1024 * 1024;

/** How many batches the thread may be ahead: at least one. */
export const creditsFor = ({ batch, image, view }: Pick<ReaderTask, 'batch' | 'image' | 'view'>): number => {
  const values = valuesOf(image) + (view === undefined ? 0 : valuesOf(view));
  return Math.max(1, Math.min(MOST_BATCHES, Math.floor(MOST_BYTES / (batch * values))));
};

/** A shard that is being read and decoded by a thread of its own. */
export interface Reader {
  /** To be read once, in order. Throws what the thread threw, as it was. */
  readonly batches: AsyncIterable<GuardedBatch>;
  /** Ends the thread, wherever it is. */
  stop(): Promise<void>;
}

/** The bundle beside this one. */
const PROGRAM = new URL('./reader.mjs', import.meta.url);

/** A thread, whether or not it knows yet what it shall read. */
interface Thread {
  readonly worker: Worker;
  readonly messages: AsyncIterable<unknown[]>;
}

const startThread = (program: URL): Thread => {
  const worker = new Worker(program);
  // Listens from now on: an error before the first batch is asked for must not go unheard.
  return { worker, messages: on(worker, 'message', { close: ['exit'] }) };
};

let ahead: Thread | undefined;

/** Starts the thread before it is known what it shall read: its libraries take longer to load than the first images. */
export const startReaderAhead = (program = PROGRAM): void => {
  ahead ??= startThread(program);
};

/**
 * Starts to read a shard at once, up to a few batches ahead of whoever takes them; `stop` it, also after an error.
 * @param program - what the thread runs, unless one was started ahead
 */
export const startReader = (task: ReaderTask, program = PROGRAM): Reader => {
  const { worker, messages } = ahead ?? startThread(program);
  ahead = undefined;
  worker.postMessage(task);
  for (let i = 0; i < creditsFor(task); i++) worker.postMessage('credit');
  return {
    batches: batchesOf(worker, messages),
    stop: async () => {
      await worker.terminate();
    },
  };
};

async function* batchesOf(worker: Worker, messages: AsyncIterable<unknown[]>): AsyncGenerator<GuardedBatch> {
  for await (const [message] of messages as AsyncIterable<[ReaderMessage]>) {
    switch (message.kind) {
      case 'batch':
        worker.postMessage('credit');
        yield message.batch;
        break;
      case 'failed':
        throw fromRecord(message.error);
      case 'end':
        return;
    }
  }
  throw new OmnidistillError('The thread that reads the shard ended in the middle of it.');
}
