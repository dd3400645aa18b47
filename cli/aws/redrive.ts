import { RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { awsError } from '../../core/aws-errors.ts';
import { ConfigError, messageOf } from '../../core/errors.ts';
import { consoleUrl, type Execution, executionArn, executionName, latestExecution, type Target } from './executions.ts';

const Input = z.record(z.string(), z.unknown());

/**
 * Goes on with a run that failed, timed out or was stopped, after what is done. Step Functions redrives an execution for 14
 * days, from the state that failed; else a new execution runs through all states, whose jobs find what is done and end at
 * once.
 * @param evenIfHarmful - goes on whatever the verdict on the mined images; a redrive keeps its input, so this takes a new execution
 * @throws ConfigError where there is no such run, or it runs or succeeded
 */
export const redriveRun = async (
  target: Target,
  name: string,
  say: (line: string) => void,
  { evenIfHarmful = false }: { readonly evenIfHarmful?: boolean } = {},
): Promise<void> => {
  const { clients, deployment } = target;
  const last = await latestExecution(target, name);
  const { runId } = last;
  if (last.status === 'RUNNING') throw new ConfigError(`The run ${runId} is running.`);
  if (last.status === 'SUCCEEDED') throw new ConfigError(`The run ${runId} has succeeded: nothing is left to do.`);
  const startAnew = async (more: Readonly<Record<string, unknown>>): Promise<void> => {
    const next = await continueRun(target, last, more);
    say(`Started ${next}, which goes on with the run ${runId} after what is done.`);
    say(consoleUrl(clients.region, executionArn(deployment.stateMachineArn, next)));
  };
  if (evenIfHarmful) return startAnew({ evenIfHarmful });
  try {
    await clients.stepFunctions.send(new RedriveExecutionCommand({ executionArn: last.arn }));
    say(`Redrove the run ${runId}.`);
    say(consoleUrl(clients.region, last.arn));
  } catch (error) {
    if (!cannotRedrive(error)) throw awsError(error, `redrive the run ${runId}`);
    say(`Step Functions cannot redrive it (${messageOf(error).replace(/\.$/, '')}).`);
    await startAnew({});
  }
};

/**
 * Whether this execution cannot be redriven, whatever the rights of who asks. A fault of the service is none of these: it
 * may have redriven all the same, and two executions must not work on one run.
 */
function cannotRedrive(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (/^(ExecutionNotRedrivable|UnknownOperation|UnsupportedOperation)/.test(error.name) ||
      /not (yet )?(been )?(implemented|emulated)/.test(error.message))
  );
}

/** Starts a new execution that goes on with the run: a name of an execution cannot be used again for 90 days. */
async function continueRun(
  { clients, deployment }: Target,
  { runId, name: last, input: before }: Execution,
  more: Readonly<Record<string, unknown>>,
): Promise<string> {
  const nth = Number(/--(\d+)$/.exec(last === runId ? '' : last)?.[1] ?? 1);
  const name = executionName(runId, nth + 1);
  const input = JSON.stringify({ ...Input.parse(JSON.parse(before)), ...more, runId });
  try {
    const request = { stateMachineArn: deployment.stateMachineArn, name, input };
    await clients.stepFunctions.send(new StartExecutionCommand(request));
  } catch (error) {
    throw awsError(error, `go on with the run ${runId}`);
  }
  return name;
}
