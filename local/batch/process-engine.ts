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
  const waiting = new Set<WorkerProcess>();
  return {
    engine: async (attempt) => {
      const worker = [...waiting].find((each) => each.fits(attempt)) ?? new WorkerProcess(folder);
      waiting.delete(worker);
      const end = await worker.run(attempt);
      if (worker.waits) waiting.add(worker);
      return end;
    },
    close: async () => {
      const left = [...waiting].filter(({ waits }) => waits);
      waiting.clear();
      await Promise.all(left.map((worker) => worker.end()));
    },
  };
};
