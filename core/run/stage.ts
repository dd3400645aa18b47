import type { z } from 'zod';
import type { JOB_ENVIRONMENT, JobKind } from '../contracts/job.ts';
import type { Plan } from '../contracts/plan.ts';
import type { RejectionReason } from '../contracts/stats.ts';
import type { Store } from '../store/store.ts';
import type { Checkpointer } from './checkpoints.ts';

/** Tells how far the job is; `total` is null where it cannot be known beforehand. */
export type Report = (done: number, total: number | null) => void;

/** Says something on the job's log. */
export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

/** What a job works with. */
export interface JobContext<Kind extends JobKind> {
  readonly store: Store;
  readonly plan: Plan;
  readonly environment: z.infer<(typeof JOB_ENVIRONMENT)[Kind]>;
  /** Key of the folder that the job writes to. */
  readonly folder: string;
  readonly report: Report;
  readonly log: Log;
  /** Where long work keeps its state, and hears that it has to stop. */
  readonly checkpointer: Checkpointer;
}

/** What goes into the job's stats. */
export interface JobOutcome {
  readonly counts: Record<string, number>;
  readonly rejected?: Partial<Record<RejectionReason, number>>;
}

/** What a job counts its progress in. */
export type Unit = 'images' | 'steps' | 'seeds';

/** One kind of job: where it writes, what it counts in, and the work itself. */
export interface Job<Kind extends JobKind> {
  readonly unit: Unit;
  /** Whether it computes on tensors, and so needs a backend. */
  readonly needsBackend: boolean;
  /** Whether it keeps its state in checkpoints; any other job ends at once when it is told to stop. */
  readonly resumes: boolean;
  folder(plan: Plan, environment: JobContext<Kind>['environment']): string;
  run(context: JobContext<Kind>): Promise<JobOutcome>;
}
