import { z } from 'zod';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import { anyJob, JOB_KINDS } from '../core/contracts/stages.ts';
import { refuseJob } from '../core/run/refuse-job.ts';
import { storeOf } from './event.ts';

const Event = z.object({
  kind: z.enum(JOB_KINDS),
  /** The job's own, as its container was told. */
  environment: z.record(z.string(), z.string()),
  cause: z.string(),
  /** `$$.Execution`: it says when it was redriven only where it was. */
  execution: z.looseObject({ RedriveTime: z.iso.datetime({ offset: true }).optional() }),
});

/** Called when a job failed for a reason that no other machine changes: fails with the job's own words. */
export const handler = async (event: unknown): Promise<void> => {
  const { kind, environment, cause, execution } = parseOrExplain(Event, event, 'refuse payload');
  const job = anyJob(kind);
  const told = parseOrExplain(job.environment, { ...process.env, ...environment }, 'job environment');
  const { RedriveTime } = execution;
  const redrivenAt = RedriveTime === undefined ? undefined : new Date(RedriveTime);
  await refuseJob(storeOf(process.env), { folder: job.folder(told.runId, told), cause, redrivenAt });
};
