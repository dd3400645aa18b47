import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { startRun } from '../../../../cli/aws/start.ts';
import type { RunInput } from '../../../../core/contracts/run-input.ts';
import { ConfigError } from '../../../../core/errors.ts';
import { arnOf, mockedClients, named, openTestTarget } from './target.ts';

const { stepFunctions } = mockedClients();

const REMOTE: RunInput = { labelled: 's3://in/l', pool: 's3://in/p', benchmarks: { test: 's3://in/t' } };
let said: string[];

beforeEach(() => {
  said = [];
  stepFunctions.on(StartExecutionCommand).resolves({});
});

const start = async (input: RunInput, runId?: string): Promise<string> =>
  startRun(await openTestTarget(), { input, runId, say: (line) => said.push(line), progress: () => {} });
const started = () => stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

describe('start of a name that is taken', () => {
  it('says that it runs already when the same is started again', async () => {
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn: arnOf('first') })
      .resolves({ status: 'RUNNING', input: JSON.stringify(REMOTE) });
    await start(REMOTE, 'first');
    expect(started()).toEqual([]);
    expect(said[0]).toContain('running already');
  });

  it('finds it running as well where another execution goes on with it, written in another way', async () => {
    const again = JSON.stringify({ runId: 'first', ...REMOTE }, null, 2);
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn: arnOf('first') })
      .resolves({ status: 'FAILED', input: '{}' });
    stepFunctions
      .on(DescribeExecutionCommand, { executionArn: arnOf('first--2') })
      .resolves({ status: 'RUNNING', input: again });
    await start(REMOTE, 'first');
    expect(started()).toEqual([]);
  });

  it('says so when somebody was faster', async () => {
    stepFunctions.on(StartExecutionCommand).rejects(named('ExecutionAlreadyExists', 'arn'));
    await expect(start(REMOTE, 'first')).rejects.toThrow('Somebody has started a run first meanwhile');
  });

  it('refuses a name that a run with another input has, and one that has ended', async () => {
    const first = stepFunctions.on(DescribeExecutionCommand, { executionArn: arnOf('first') });
    first.resolves({ status: 'RUNNING', input: '{}' });
    await expect(start(REMOTE, 'first')).rejects.toThrow(/another input/);
    first.resolves({ status: 'FAILED', input: JSON.stringify(REMOTE) });
    await expect(start(REMOTE, 'first')).rejects.toThrow(/redrive first/);
    await expect(start(REMOTE, 'first')).rejects.toBeInstanceOf(ConfigError);
  });

  it('says which action is missing where starting is denied', async () => {
    const words = 'User: x is not authorized to perform: states:StartExecution on resource: y';
    stepFunctions.on(StartExecutionCommand).rejects(named('AccessDeniedException', words));
    await expect(start(REMOTE)).rejects.toThrow(/start the run.*states:StartExecution on resource: y/);
  });
});
