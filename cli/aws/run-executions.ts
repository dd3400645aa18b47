import { paginateListExecutions } from '@aws-sdk/client-sfn';
import pLimit from 'p-limit';
import { ownerFile } from '../../core/artifacts/run.ts';
import { awsError } from '../../core/aws-errors.ts';
import type { RunOwner } from '../../core/contracts/owner.ts';
import { ConfigError } from '../../core/errors.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { ACTIVE, type Execution, executionName, findExecution, isActive, nameIn, type Target } from './executions.ts';

/** A run, and what worked on it. */
export interface RunExecutions {
  readonly runId: string;
  /** The one that matters last: one that goes on, else the owner, else the one that began last. */
  readonly executions: readonly Execution[];
}

/** The first executions of a run are forgotten first, after 90 days. */
const FORGOTTEN = 5;
const AT_ONCE = 8;

/** The stack's bucket, which runs lie in. */
export const runStore = ({ clients, deployment }: Target): Store =>
  openStore(`s3://${deployment.bucket}`, () => clients.s3);

/** The run that an execution works on; a name that no execution has is taken for a run's own. */
export const runIdOf = async (target: Target, name: string): Promise<string> =>
  (await findExecution(target, name))?.runId ?? name;

/**
 * All executions of a run that Step Functions still knows: the owner and those before it, those that redrive names, and
 * whatever else goes on and says in its input that it continues the run.
 * @param name - the run id, or the name of any of them
 */
export const executionsOf = async (target: Target, name: string): Promise<RunExecutions> => {
  const given = await findExecution(target, name);
  const runId = given?.runId ?? name;
  const owner = await ownerFile(runId).find(runStore(target));
  const found = new Map<string, Execution | undefined>([[name, given]]);
  const look = async (candidate: string): Promise<Execution | undefined> => {
    if (!found.has(candidate)) found.set(candidate, await findExecution(target, candidate));
    return found.get(candidate);
  };
  for (const arn of owner === undefined ? [] : [...owner.before, owner.execution]) await look(nameIn(arn));
  for (let nth = 1, any = false; ; nth++) {
    if ((await look(executionName(runId, nth))) !== undefined) any = true;
    else if (any || nth > FORGOTTEN) break;
  }
  const limit = pLimit(AT_ONCE);
  await Promise.all((await activeNames(target)).map((each) => limit(() => look(each))));
  const executions = [...found.values()].filter((each) => each?.runId === runId) as Execution[];
  return {
    runId,
    executions: executions.sort((a, b) => weightOf(a, owner) - weightOf(b, owner) || begun(a) - begun(b)),
  };
};

/**
 * The same of a run that there is, with the execution that works on it or did last.
 * @throws ConfigError where there is none
 */
export const knownRun = async (target: Target, name: string): Promise<RunExecutions & { readonly last: Execution }> => {
  const run = await executionsOf(target, name);
  const last = run.executions.at(-1);
  if (last !== undefined) return { ...run, last };
  const { deployment, clients } = target;
  throw new ConfigError(
    `There is no run "${name}" of the stack ${deployment.stack} in ${clients.region}. \`npx omnidistill runs\` lists them.`,
  );
};

function weightOf(execution: Execution, owner: RunOwner | undefined): number {
  return (isActive(execution) ? 2 : 0) + (execution.arn === owner?.execution ? 1 : 0);
}

function begun({ active }: Execution): number {
  return active.getTime();
}

/** What goes on, whatever it works on: a listing does not tell the input. */
async function activeNames({ clients, deployment }: Target): Promise<string[]> {
  const names: string[] = [];
  try {
    for (const statusFilter of ACTIVE) {
      const request = { stateMachineArn: deployment.stateMachineArn, statusFilter };
      for await (const { executions = [] } of paginateListExecutions({ client: clients.stepFunctions }, request)) {
        names.push(...executions.map(({ name = '' }) => name));
      }
    }
  } catch (error) {
    throw awsError(error, 'list the executions that go on');
  }
  return names;
}
