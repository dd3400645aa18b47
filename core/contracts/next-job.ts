import { z } from 'zod';

/**
 * A line that ends a job's output, on both streams, where its process waits for another job: the runner of a laptop gives it the next
 * one, because to start a process and load its libraries takes longer than many a job. On AWS nobody listens, and a process ends with its job.
 */
export const JOB_DONE = '{"event":"job-done"}';

/** What a waiting process is told. */
export const NextJob = z.strictObject({
  /** The last word of its command. */
  kind: z.string(),
  /** The whole environment of the job. */
  environment: z.record(z.string(), z.string()),
});
export type NextJob = z.infer<typeof NextJob>;

/** Its answer: from now on, its end is the job's. */
export const JOB_TAKEN = 'job-taken';
