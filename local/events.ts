import type { JobRef } from './batch/job-identity.ts';

/** A line of a worker's output. */
export type WorkerMessage =
  | { readonly event: 'progress'; readonly done: number; readonly total: number | null; readonly unit: string }
  | { readonly event: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string };

/** What happens to a job. */
export type JobEvent =
  | { readonly type: 'job-queued'; readonly job: JobRef }
  | { readonly type: 'job-started'; readonly job: JobRef; readonly attempt: number }
  | {
      readonly type: 'job-progress';
      readonly job: JobRef;
      readonly done: number;
      readonly total: number | null;
      readonly unit: string;
    }
  | {
      readonly type: 'job-log';
      readonly job: JobRef;
      readonly level: 'info' | 'warn' | 'error';
      readonly message: string;
    }
  | {
      readonly type: 'job-retried';
      readonly job: JobRef;
      readonly attempt: number;
      readonly reason: string;
    }
  | {
      readonly type: 'job-ended';
      readonly job: JobRef;
      readonly succeeded: boolean;
      /** Seconds over all attempts. */
      readonly seconds: number;
      readonly reason: string;
    };

/** What happens in a run, in the order in which it happens. */
export type RunEvent =
  | JobEvent
  | {
      readonly type: 'stage-started';
      /** Name of the state, e.g. `MineShards`. */
      readonly stage: string;
      /** Jobs that the stage will submit, where it runs any; fallbacks after a failure not counted. */
      readonly jobs: number;
    }
  | { readonly type: 'stage-ended'; readonly stage: string; readonly seconds: number; readonly output: unknown };

export type OnEvent<Event> = (event: Event) => void;
