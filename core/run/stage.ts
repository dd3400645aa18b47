import type { Plan } from '../contracts/plan.ts';
import type { JobCounts, JobKind, JobParameters } from '../contracts/stages.ts';
import type { Store } from '../store/store.ts';
import type { Checkpointer } from './checkpoints.ts';
import type { Outcome } from './once.ts';

/** Tells how far a job is; `total` is null where it cannot be known beforehand. */
export type Report = (done: number, total: number | null) => void;

/** Says something on the job's log. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** What a job works with, whatever its kind. */
export interface JobContext {
  readonly store: Store;
  readonly plan: Plan;
  /** Key of the folder that the job writes to. */
  readonly folder: string;
  /** That one operation may compute with, where it is not the backend's. */
  readonly threads: number;
  readonly report: Report;
  readonly log: Log;
  /** Where long work keeps its state, and hears that it has to stop. */
  readonly checkpointer: Checkpointer;
}

/** The work of one kind of job. Its objects are whole when it returns; `stats.json` is written after it. */
export type StageRun<Kind extends JobKind> = (
  context: JobContext,
  parameters: JobParameters<Kind>,
) => Promise<Outcome<JobCounts<Kind>>>;
