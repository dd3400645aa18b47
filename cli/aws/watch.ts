import { setTimeout as sleep } from 'node:timers/promises';
import { planFile, summaryFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import type { PlanOutput } from '../../core/contracts/plan.ts';
import { parseJobName } from '../../core/contracts/stages.ts';
import { planOutput } from '../../core/contracts/workflow.ts';
import { OmnidistillError } from '../../core/errors.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { summaryLines } from '../summary.ts';
import { nowOnAws } from './clients.ts';
import { type Execution, findExecution, isActive, type Target } from './executions.ts';
import { failedLines } from './failed-jobs.ts';
import { knownRun } from './run-executions.ts';
import { describeJobs, isOpen, listRunJobs, type RunJob } from './run-jobs.ts';
import { readStages } from './stages.ts';
import { type RunView, viewLines } from './watch-view.ts';

/** The run that was watched did not succeed. */
export class RunFailedError extends OmnidistillError {
  public override readonly name = 'RunFailedError';
}

export interface WatchOptions {
  /** The run id, or the name of one of its executions. */
  readonly name: string;
  /** Milliseconds between two looks; a large run is looked at less often, as listing its jobs takes longer. */
  readonly intervalMs: number;
  /** Draws the run as it stands. */
  readonly show: (lines: readonly string[]) => void;
  /** Told of the run as it stands, before it is drawn. */
  readonly onView?: ((view: RunView, store: Store) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Jobs whose attempts or results are looked at: enough to tell, few enough not to be throttled. */
const SAMPLE = 100;
/** Share of the time that may go into asking. */
const PATIENCE = 5;

/**
 * Shows a run until it ends or the signal comes.
 * @returns the closing summary as lines; none when the signal came
 * @throws RunFailedError where the run does not succeed, with its error, why its first jobs failed and where their logs are
 */
export const watchRun = async (target: Target, options: WatchOptions): Promise<string[]> => {
  const { name, intervalMs, show, onView, signal } = options;
  const root = `s3://${target.deployment.bucket}`;
  const store = openStore(root, () => target.clients.s3);
  let plan: PlanOutput | undefined;
  let before: Execution | undefined;
  while (!signal.aborted) {
    const began = performance.now();
    const execution = await nowOf(target, name, before);
    before = execution;
    const { runId } = execution;
    if (plan === undefined) {
      const found = await planFile(runId).find(store);
      plan = found && planOutput(found);
    }
    const view = await look(target, store, runId, execution, plan);
    onView?.(view, store);
    show(viewLines(view));
    if (execution.status === 'SUCCEEDED') {
      const summary = await summaryFile(runId).find(store);
      return summary === undefined ? [] : summaryLines(summary, root);
    }
    if (!isActive(execution)) throw await failure(target, store, execution, view);
    const wait = Math.max(intervalMs, PATIENCE * (performance.now() - began));
    // Many who watch must not ask at the same moment.
    await sleep(wait * (0.8 + 0.4 * Math.random()), undefined, { signal }).catch(() => undefined);
  }
  return [];
};

/** What works on the run now; another execution may go on with it once that one has ended. */
async function nowOf(target: Target, name: string, before: Execution | undefined): Promise<Execution> {
  const known = before && (await findExecution(target, before.name));
  return known !== undefined && isActive(known) ? known : (await knownRun(target, name)).last;
}

async function look(
  target: Target,
  store: Store,
  runId: string,
  execution: Execution,
  plan: PlanOutput | undefined,
): Promise<RunView> {
  const [stages, jobs] = await Promise.all([readStages(target, execution.arn), listRunJobs(target, runId)]);
  const open = jobs.filter(isOpen).slice(0, SAMPLE);
  const [details, imagesPerSecond] = await Promise.all([describeJobs(target, open), sampledRate(store, runId, jobs)]);
  const retries = details.reduce((sum, { attempts = [] }) => sum + attempts.length, 0);
  return {
    runId,
    status: execution.status,
    stages,
    jobs,
    retries,
    imagesPerSecond,
    plan,
    now: nowOnAws(target.clients),
  };
}

async function sampledRate(store: Store, runId: string, jobs: readonly RunJob[]): Promise<number | undefined> {
  const mined = jobs.filter(({ kind, status }) => kind === 'mine' && status === 'SUCCEEDED').slice(0, 10);
  const stats = await Promise.all(
    mined.map(({ name }) => {
      const { round, shard } = parseJobName(name)?.values ?? {};
      return shardFiles(runId, Number(round), Number(shard)).stats.find(store);
    }),
  );
  const known = stats.filter((found) => found !== undefined);
  const seconds = known.reduce((sum, { seconds: taken }) => sum + taken, 0);
  return seconds === 0 ? undefined : known.reduce((sum, { counts }) => sum + counts.read, 0) / seconds;
}

async function failure(
  target: Target,
  store: Store,
  { status, error, cause }: Execution,
  { runId, jobs }: RunView,
): Promise<RunFailedError> {
  const said = [error, cause].filter((words) => words !== undefined && words !== '').join(': ');
  return new RunFailedError(
    [
      `The run ${runId} ended as ${status}${said === '' ? '.' : `: ${said}`}`,
      ...(await failedLines(target, store, runId, jobs)),
      `What is done is kept: \`npx omnidistill redrive ${runId}\` goes on from there.`,
    ].join('\n'),
  );
}
