import { RedriveExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { z } from 'zod';
import { awsError } from '../../core/aws-errors.ts';
import { ConfigError, LostOutputError, messageOf } from '../../core/errors.ts';
import { claimRun } from '../../core/plan/claim-run.ts';
import { consoleUrl, executionArn, executionName, findExecution, isActive, nameIn, type Target } from './executions.ts';
import { knownRun, type RunExecutions, runStore } from './run-executions.ts';

export interface RedriveOptions {
  /** Goes on whatever the verdict on the mined images; a redrive keeps its input, so this takes a new execution. @default false */
  readonly evenIfHarmful?: boolean;
  /** Goes through all states in a new execution, as after something was deleted. @default where the run says that it was */
  readonly fromStart?: boolean;
}

/** Name of the error, which Step Functions keeps. */
const LOST = new LostOutputError().name;

const Input = z.record(z.string(), z.unknown());

/**
 * Goes on with a run that failed, timed out or was stopped, after what is done. Step Functions redrives an execution for 14
 * days, from the state that failed; else a new execution runs through all states, whose jobs find what is done and end at
 * once.
 * @throws ConfigError where there is no such run, or it runs or succeeded
 */
export const redriveRun = async (
  target: Target,
  name: string,
  say: (line: string) => void,
  { evenIfHarmful = false, fromStart = false }: RedriveOptions = {},
): Promise<void> => {
  const { clients, deployment } = target;
  const run = await knownRun(target, name);
  const { runId, last } = run;
  if (isActive(last)) throw new ConfigError(`The run ${runId} is running in the execution ${last.name}.`);
  if (last.status === 'SUCCEEDED') throw new ConfigError(`The run ${runId} has succeeded: nothing is left to do.`);
  const startAnew = async (more: Readonly<Record<string, unknown>>): Promise<void> => {
    const next = await continueRun(target, run, more);
    say(`Started ${next}, which goes on with the run ${runId} after what is done.`);
    say(consoleUrl(clients.region, executionArn(deployment.stateMachineArn, next)));
  };
  if (evenIfHarmful) return startAnew({ evenIfHarmful });
  if (last.error === LOST) say('What a job had left is gone, which a redrive would not make again.');
  if (fromStart || last.error === LOST) return startAnew({});
  // Plan is done and will not take the run again.
  await claimRun(runStore(target), runId, last.arn, async (arn) => {
    const owner = await findExecution(target, nameIn(arn));
    return owner !== undefined && isActive(owner);
  });
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
  { runId, executions }: RunExecutions,
  more: Readonly<Record<string, unknown>>,
): Promise<string> {
  const taken = executions.map(({ name }) => Number(/--(\d+)$/.exec(name)?.[1] ?? 1));
  const name = executionName(runId, Math.max(...taken) + 1);
  const input = JSON.stringify({ ...Input.parse(JSON.parse(executions.at(-1)!.input)), ...more, runId });
  try {
    const request = { stateMachineArn: deployment.stateMachineArn, name, input };
    await clients.stepFunctions.send(new StartExecutionCommand(request));
  } catch (error) {
    throw awsError(error, `go on with the run ${runId}`);
  }
  return name;
}
