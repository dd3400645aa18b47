import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { JOB_DONE, JOB_TAKEN, NextJob } from '../../core/contracts/next-job.ts';

/**
 * Waits for the next job and takes over its environment. To be called when nothing of a job that went well is left to do.
 * @returns its kind; `undefined` where no runner listens, as on AWS, where a process has one job
 */
export async function nextJob(): Promise<string | undefined> {
  if (!process.connected) return undefined;
  // A runner that is gone gives no more jobs.
  process.removeAllListeners('disconnect').once('disconnect', () => process.exit(0));
  process.stdout.write(`${JOB_DONE}\n`);
  process.stderr.write(`${JOB_DONE}\n`);
  const [told] = await once(process, 'message');
  const { kind, environment } = NextJob.parse(told);
  process.send?.(JOB_TAKEN);
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  forgetPeakMemory();
  return kind;
}

/** From now on the process's peak memory is that of the new job. Elsewhere than on Linux it stays the highest of all its jobs. */
function forgetPeakMemory(): void {
  if (process.platform !== 'linux') return;
  try {
    // @see proc_pid_clear_refs(5)
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // A kernel without it measures too much rather than too little.
  }
}
