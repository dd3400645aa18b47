import { z } from 'zod';
import type { JobDefinition } from '../cloudformation/template.ts';
import type { JobEvent, OnEvent } from '../events.ts';
import type { Engine } from './engine.ts';
import type { JobRef } from './job-identity.ts';
import type { Outcome } from './retry-rules.ts';

/** `SubmitJob` as a state machine calls it. */
export const SubmitJob = z.looseObject({
  JobName: z.string().min(1),
  JobDefinition: z.string(),
  JobQueue: z.string(),
  ContainerOverrides: z
    .object({
      Command: z.array(z.string()).optional(),
      Environment: z.array(z.object({ Name: z.string(), Value: z.coerce.string() })).default([]),
    })
    .default({ Environment: [] }),
});

/** What `DescribeJobs` says of a job, in the spelling of Step Functions. */
export interface JobDetail {
  readonly JobId: string;
  readonly JobName: string;
  readonly JobQueue: string;
  Status: 'RUNNABLE' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  StatusReason?: string;
  readonly Attempts: { ExitCode?: number; Reason?: string; StatusReason?: string }[];
  readonly CreatedAt: number;
  StoppedAt?: number;
}

/** How an attempt ends, whatever it would have done: at once, or killed in the middle of its work. */
export type Fault = Outcome & {
  /** Runs the attempt until it first tells of its progress. */
  readonly atProgress?: boolean;
};

/** Decides an attempt's end; tests put faults in this way. */
export type Inject = (job: JobRef, attempt: number) => Fault | undefined;

export interface LocalBatchOptions {
  readonly definitions: ReadonlyMap<string, JobDefinition>;
  readonly queues: ReadonlySet<string>;
  /** Jobs that run at once. */
  readonly maxJobs: number;
  /** What an attempt runs in: a child process or a container. */
  readonly engine: Engine;
  readonly logFolder: string;
  /** Wins over the job's own environment; `undefined` takes a variable away. */
  readonly hostEnvironment: Readonly<Record<string, string | undefined>>;
  readonly onEvent: OnEvent<JobEvent>;
  /** Milliseconds between SIGTERM and SIGKILL. @default 20_000 */
  readonly graceMs?: number | undefined;
  readonly inject?: Inject | undefined;
}

/** A job that has ended, with the last thing it said. */
export interface EndedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly lastLine: string;
}

export interface StartedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly definition: JobDefinition;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: AbortController;
}

export interface EndedAttempt {
  readonly outcome: Outcome;
  /** No other attempt may follow. */
  readonly final: boolean;
  readonly lastLine: string;
  readonly seconds: number;
}
