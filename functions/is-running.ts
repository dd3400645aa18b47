import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { awsError } from '../core/aws-errors.ts';

const ENDED = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];

let client: SFNClient | undefined;

/**
 * Whether an execution of the state machine goes on, or is about to. One that Step Functions knows no more (after 90 days)
 * has ended, and so has one of this machine: a lock keeps a second one away while it goes on.
 * @throws ConfigError where the function may not look
 */
export const isRunning = async (execution: string): Promise<boolean> => {
  if (!execution.startsWith('arn:')) return false;
  client ??= new SFNClient({});
  try {
    const { status = '' } = await client.send(new DescribeExecutionCommand({ executionArn: execution }));
    return !ENDED.includes(status);
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw awsError(error, `look for the execution ${execution}, which holds the run`);
  }
};
