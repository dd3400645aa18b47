import { TerminateJobCommand } from '@aws-sdk/client-batch';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import pLimit from 'p-limit';
import { awsError } from '../../core/aws-errors.ts';
import { RUN_TAG } from '../../core/contracts/tags.ts';
import { counted } from '../../core/text/format.ts';
import { isActive, type Target } from './executions.ts';
import { knownRun } from './run-executions.ts';
import { describeJobs, isOpen, listRunJobs } from './run-jobs.ts';

const REASON = 'Stopped by `omnidistill stop`.';
const AT_ONCE = 8;

/**
 * Stops a run, whatever its executions are called, and every job of it. What is done stays.
 * @throws ConfigError where there is no such run
 */
export const stopRun = async (target: Target, name: string, say: (line: string) => void): Promise<void> => {
  const { runId, executions, last } = await knownRun(target, name);
  const active = executions.filter(isActive);
  for (const { arn, name: stopped } of active) {
    try {
      const request = { executionArn: arn, error: 'Stopped', cause: REASON };
      await target.clients.stepFunctions.send(new StopExecutionCommand(request));
    } catch (error) {
      throw awsError(error, `stop the run ${runId}`);
    }
    say(`Stopped the run ${runId}${stopped === runId ? '' : ` (execution ${stopped})`}.`);
  }
  if (active.length === 0) say(`The run ${runId} has ended already (${last.status}).`);
  const terminated = await terminateJobs(target, runId);
  if (terminated > 0) say(`Terminated ${counted(terminated, 'job')} that it had left.`);
  if (last.status !== 'SUCCEEDED')
    say(`What is done is kept: \`npx omnidistill redrive ${runId}\` goes on from there.`);
};

/** Ends what the execution left behind: on AWS it cancels its jobs by itself, an emulator may not. */
async function terminateJobs(target: Target, runId: string): Promise<number> {
  const open = (await listRunJobs(target, runId)).filter(isOpen);
  const own = (await describeJobs(target, open)).filter(({ tags }) => tags?.[RUN_TAG] === runId);
  const limit = pLimit(AT_ONCE);
  const terminate = async (jobId: string): Promise<void> => {
    try {
      await target.clients.batch.send(new TerminateJobCommand({ jobId, reason: REASON }));
    } catch (error) {
      throw awsError(error, `terminate the job ${jobId}`);
    }
  };
  await Promise.all(own.map(({ jobId = '' }) => limit(() => terminate(jobId))));
  return own.length;
}
