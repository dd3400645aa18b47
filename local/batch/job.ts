import { z } from 'zod';
import type { JobRef } from './job-identity.ts';
import type { RetryRule } from './retry-rules.ts';

/** A Batch job definition: what is needed to run its jobs here. */
export interface JobDefinition {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly attempts: number;
  readonly rules: readonly RetryRule[];
  readonly timeoutSeconds?: number | undefined;
  readonly memoryMiB?: number | undefined;
  readonly wantsGpu: boolean;
}

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

/** A job between its submission and its end. */
export interface StartedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly definition: JobDefinition;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: AbortController;
}

/** A job that has ended, with the last thing it said. */
export interface EndedJob {
  readonly ref: JobRef;
  readonly detail: JobDetail;
  readonly lastLine: string;
}
