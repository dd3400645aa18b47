import { statsFile } from '../../core/artifacts/job.ts';
import { anyJob } from '../../core/contracts/stages.ts';
import { fileStore } from '../../core/store/file.ts';
import { type Engine, exited } from './engine.ts';
import { identifyJob } from './job-identity.ts';

/**
 * An engine that starts nothing for a job that is done: the job itself would look for the same object, find it and end,
 * but only after half a second, in which a process starts and loads its libraries.
 * @param outFolder - what the jobs take for their store
 */
export const skipDone = (engine: Engine, outFolder: string): Engine => {
  const store = fileStore(outFolder);
  return async (attempt) => {
    const { kind, folder } = identifyJob(attempt.command, attempt.environment);
    const done = kind && folder && (await statsFile(folder, anyJob(kind).counts).exists(store));
    return done ? { ...exited(0), timedOut: false, lastLine: '' } : engine(attempt);
  };
};
