import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isRunning } from '../../../functions/is-running.ts';

const stepFunctions = mockClient(SFNClient);
afterAll(() => stepFunctions.restore());
const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:Workflow:first';
const fails = (name: string): Error => Object.assign(new Error('no'), { name });

beforeEach(() => {
  stepFunctions.reset();
  vi.stubEnv('AWS_REGION', 'eu-west-1');
});

describe('an execution that holds a run', () => {
  it.each([
    ['RUNNING', true],
    ['PENDING_REDRIVE', true],
    ['FAILED', false],
    ['ABORTED', false],
    ['TIMED_OUT', false],
    ['SUCCEEDED', false],
  ] as const)('that is %s keeps others away: %s', async (status, holds) => {
    stepFunctions.on(DescribeExecutionCommand).resolves({ status });
    expect(await isRunning(ARN)).toBe(holds);
  });

  it('holds nothing once it is forgotten, and none of this machine does, which has its lock', async () => {
    stepFunctions.on(DescribeExecutionCommand).rejects(fails('ExecutionDoesNotExist'));
    expect(await isRunning(ARN)).toBe(false);
    expect(await isRunning('local:first')).toBe(false);
    expect(stepFunctions.commandCalls(DescribeExecutionCommand)).toHaveLength(1);
  });

  it('is taken for neither where the function may not look', async () => {
    stepFunctions.on(DescribeExecutionCommand).rejects(fails('AccessDeniedException'));
    await expect(isRunning(ARN)).rejects.toThrow(/look for the execution .*first, which holds the run/);
  });
});
