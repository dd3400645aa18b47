import { z } from 'zod';
import { errorFile } from '../artifacts/job.ts';
import { exitCodeOf, ReportedError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** What Step Functions knows of a job that failed, as far as it is looked at. @see API_JobDetail of AWS Batch */
const FailedJob = z.looseObject({
  JobName: z.string().default('The job'),
  /** Milliseconds since 1970. */
  StoppedAt: z.number().optional(),
  Container: z.looseObject({ ExitCode: z.number().optional(), LogStreamName: z.string().optional() }).default({}),
});

export interface Refusal {
  /** Where the job writes. */
  readonly folder: string;
  /** The job as text, which is the cause of its state's error. */
  readonly cause: string;
  /** When the execution was last redriven; left out, never. */
  readonly redrivenAt?: Date | undefined;
}

/**
 * Ends a run whose job failed for a reason that no machine changes, in the words of the job's `error.json`. As a function
 * and no Fail state: a redrive enters a Fail state again and fails again, but calls a function again, which then knows that
 * somebody has repaired what was wrong since.
 * @returns where the execution was redriven after the job had failed: the job is to be submitted again
 * @throws ReportedError under the name that the job gave its error
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export async function refuseJob(store: Store, { folder, cause, redrivenAt }: Refusal): Promise<void> {
  const { JobName, StoppedAt, Container } = readJob(cause);
  if (redrivenAt !== undefined && StoppedAt !== undefined && redrivenAt.getTime() > StoppedAt) return;
  const { ExitCode, LogStreamName } = Container;
  const said = await errorFile(folder).find(store);
  const where = LogStreamName === undefined ? `job ${JobName}` : `job ${JobName}, log ${LogStreamName}`;
  if (said !== undefined && said.exitCode === ExitCode) {
    throw new ReportedError(said.name, `${said.message} (${where})`, exitCodeOf(said.exitCode));
  }
  const code = ExitCode === undefined ? '' : ` with exit code ${ExitCode}`;
  throw new ReportedError(
    'JobFailedError',
    `The job failed${code}, for a reason that its log tells (${where}).`,
    exitCodeOf(ExitCode),
  );
}

/** A cause that was cut off, or is none of a job, still ends the run. */
function readJob(cause: string): z.infer<typeof FailedJob> {
  try {
    return FailedJob.parse(JSON.parse(cause));
  } catch {
    return { JobName: 'that failed', Container: {} };
  }
}
