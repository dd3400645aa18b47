import type { Engine } from './engine.ts';
import { WorkerProcess } from './worker-process.ts';

/** An engine, and what it keeps for the next attempt. */
export interface ProcessEngine {
  readonly engine: Engine;
  /** Ends the processes that wait for more; none of them has anything left to do. */
  close(): Promise<void>;
}

/**
 * Jobs as child processes of this one. A process whose job went well gets the next one: to start it and load its libraries takes a
 * second or two, which is longer than many a job.
 * @param folder - in which the commands run: the image's working directory
 */
export const processEngine = (folder: string): ProcessEngine => {
  const waiting: WorkerProcess[] = [];
  return {
    engine: async (attempt) => {
      const place = waiting.findIndex((worker) => worker.fits(attempt));
      const worker = waiting.splice(place, place < 0 ? 0 : 1)[0] ?? new WorkerProcess(folder);
      const end = await worker.run(attempt);
      if (worker.waits) waiting.push(worker);
      return end;
    },
    close: async () => {
      await Promise.all(
        waiting
          .splice(0)
          .filter(({ waits }) => waits)
          .map((worker) => worker.end()),
      );
    },
  };
};
