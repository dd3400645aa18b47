import { RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { awsError } from './errors.ts';
import { consoleUrl, type Execution, executionArn, executionName, executionsOf, type Target } from './executions.ts';

const Input = z.record(z.string(), z.unknown());

/** Answers that say that this execution cannot be redriven, whatever the rights of who asks. */
const NOT_REDRIVABLE = /^(ExecutionNotRedrivable|UnknownOperation|UnsupportedOperation|NotImplemented|InternalFailure)/;

/** Starts a new execution that goes on with the run: a name of an execution cannot be used again for 90 days. */
const continueRun = async (
  { clients, deployment }: Target,
  runId: string,
  executions: readonly Execution[],
): Promise<string> => {
  const name = executionName(runId, executions.length + 1);
  const input = JSON.stringify({ ...Input.parse(JSON.parse(executions[0]!.input)), runId });
  try {
    const request = { stateMachineArn: deployment.stateMachineArn, name, input };
    await clients.stepFunctions.send(new StartExecutionCommand(request));
  } catch (error) {
    throw awsError(error, `go on with the run ${runId}`);
  }
  return name;
};

/**
 * Goes on with a run that failed, timed out or was stopped, after what is done. Step Functions redrives an execution for 14
 * days, from the state that failed; else a new execution runs through all states, whose jobs find what is done and end at
 * once.
 * @throws ConfigError where there is no such run, or it runs or succeeded
 */
export const redriveRun = async (target: Target, runId: string, say: (line: string) => void): Promise<void> => {
  const { clients, deployment } = target;
  const executions = await executionsOf(target, runId);
  const last = executions.at(-1);
  if (last === undefined) {
    throw new ConfigError(`There is no run "${runId}" of the stack ${deployment.stack} in ${clients.region}.`);
  }
  if (last.status === 'RUNNING') throw new ConfigError(`The run ${runId} is running.`);
  if (last.status === 'SUCCEEDED') throw new ConfigError(`The run ${runId} has succeeded: nothing is left to do.`);
  try {
    await clients.stepFunctions.send(new RedriveExecutionCommand({ executionArn: last.arn }));
    say(`Redrove the run ${runId}.`);
    say(consoleUrl(clients.region, last.arn));
  } catch (error) {
    if (!(error instanceof Error && NOT_REDRIVABLE.test(error.name))) throw awsError(error, `redrive the run ${runId}`);
    const name = await continueRun(target, runId, executions);
    say(`Step Functions cannot redrive it (${messageOf(error).replace(/\.$/, '')}).`);
    say(`Started ${name}, which goes on with the run ${runId} after what is done.`);
    say(consoleUrl(clients.region, executionArn(deployment.stateMachineArn, name)));
  }
};
