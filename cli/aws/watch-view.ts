import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import type { PlanOutput } from '../../core/contracts/plan.ts';
import { isJob } from '../../core/contracts/stages.ts';
import { isJobOf, parametersOf, type Step } from '../../core/contracts/workflow.ts';
import { count, dollars, duration, rate } from '../../core/text/format.ts';
import { INSTANCE, PRICES, SPOT_SHARE } from './prices.ts';
import { failedJobs, isOpen, type RunJob } from './run-jobs.ts';
import type { StagePassage } from './stages.ts';

/** What is known of a run at one moment. */
export interface RunView {
  readonly runId: string;
  readonly status: ExecutionStatus;
  readonly stages: readonly StagePassage[];
  readonly jobs: readonly RunJob[];
  /** Attempts beyond the first of the jobs that are open. */
  readonly retries: number;
  /** Images per second of a mining job, over those whose results were looked at; `undefined` before the first. */
  readonly imagesPerSecond: number | undefined;
  /** What the run maps over, once Plan has decided it. */
  readonly plan: PlanOutput | undefined;
  readonly now: number;
}

/** A job that waits longer gets an explanation. */
const LONG_WAIT_MS = 10 * 60_000;

/** The run as lines: its stages, its queues and its cost. */
export const viewLines = (view: RunView): string[] => [
  `${view.runId}: ${view.status}`,
  ...view.stages.map((stage) => `  ${stageLine(stage, view)}`),
  ...noteLines(view).map((line) => `  ${line}`),
];

/** What is said of the run as a whole: queues, quotas and cost. */
export const noteLines = (view: RunView): string[] => [...queueLine(view), ...quotaLines(view), ...costLine(view)];

/** A passage through a stage in numbers; `jobs` only where the stage has any. */
export const stageCounts = (stage: StagePassage, { jobs, plan, now, imagesPerSecond }: RunView) => {
  const seconds = ((stage.ended?.getTime() ?? now) - stage.started.getTime()) / 1000;
  const { step } = stage;
  if (!isJob(step.stage)) return { seconds };
  const own = jobsOf(stage, jobs);
  const running = own.filter(({ status }) => status === 'RUNNING').length;
  return {
    seconds,
    jobs: {
      unit: step.stage === 'mine' ? ('shard' as const) : ('job' as const),
      done: namesOf(own, ({ status }) => status === 'SUCCEEDED'),
      failed: failedJobs(own).length,
      moved: namesOf(own, ({ queue }) => queue === 'on-demand'),
      total: plan && totalOf(step, plan),
      imagesPerSecond:
        step.stage === 'mine' && running > 0 && imagesPerSecond !== undefined ? imagesPerSecond * running : undefined,
    },
  };
};

function stageLine(stage: StagePassage, view: RunView): string {
  const { seconds, jobs } = stageCounts(stage, view);
  const words = [stage.ended === undefined ? duration(seconds) : `done in ${duration(seconds)}`];
  if (jobs !== undefined) {
    const { unit, done, failed, moved, imagesPerSecond } = jobs;
    const total = jobs.total === undefined ? '' : ` of ${count(jobs.total)}`;
    words.push(`${count(done)}${total} ${done === 1 && total === '' ? unit : `${unit}s`} done`);
    if (failed > 0) words.push(`${count(failed)} failed`);
    if (moved > 0) words.push(`${count(moved)} went to the on-demand queue`);
    if (imagesPerSecond !== undefined) words.push(`about ${rate(imagesPerSecond)} images`);
  }
  return `${stage.step.state}: ${words.join(', ')}`;
}

/** Jobs of one passage through a stage: those submitted while it lasted, not the ones of another round or execution. */
function jobsOf({ step, started, ended }: StagePassage, jobs: readonly RunJob[]): RunJob[] {
  // Batch and Step Functions need not have the same clock.
  const [from, to] = [started.getTime() - 5000, (ended?.getTime() ?? Number.POSITIVE_INFINITY) + 5000];
  return jobs.filter((job) => isJobOf(step, job.name) && job.createdAt >= from && job.createdAt <= to);
}

/** How many different jobs; one on the other queue has the same name. */
function namesOf(jobs: readonly RunJob[], wanted: (job: RunJob) => boolean): number {
  return new Set(jobs.filter(wanted).map(({ name }) => name)).size;
}

function totalOf(step: Step, plan: PlanOutput): number {
  return parametersOf(step, plan.items).length;
}

function queueLine({ jobs, retries, now }: RunView): string[] {
  const open = jobs.filter(isOpen);
  if (open.length === 0) return [];
  const waiting = waits(jobs, now);
  const longest = waiting.length === 0 ? '' : ` (the longest for ${duration(Math.max(...waiting) / 1000)})`;
  const again = retries === 0 ? '' : `, ${count(retries)} attempts after a Spot reclaim or a passing fault`;
  return [`Jobs: ${count(open.length - waiting.length)} running, ${count(waiting.length)} waiting${longest}${again}`];
}

function quotaLines({ jobs, now }: RunView): string[] {
  return Math.max(0, ...waits(jobs, now)) < LONG_WAIT_MS
    ? []
    : [
        'A job has waited for more than ten minutes. Either no GPU machine is free, or the account may start none: look in ' +
          'Service Quotas, Amazon EC2, at "Running On-Demand G and VT instances" and "All G and VT Spot Instance Requests"; ' +
          'a new account has 0 vCPUs of both, a job needs 4.',
      ];
}

function waits(jobs: readonly RunJob[], now: number): number[] {
  return jobs.filter((job) => isOpen(job) && job.startedAt === undefined).map(({ createdAt }) => now - createdAt);
}

/** Dollars of the machines' time so far, and how that was reckoned. */
function costLine({ jobs, now }: RunView): string[] {
  const hours = (queue: RunJob['queue']): number =>
    jobs
      .filter((job) => job.queue === queue && job.startedAt !== undefined)
      .reduce((sum, { startedAt = 0, stoppedAt = now }) => sum + (stoppedAt - startedAt) / 3_600_000, 0);
  const [spot, onDemand] = [hours('spot'), hours('on-demand')];
  if (spot + onDemand === 0) return [];
  const cost = (spot * SPOT_SHARE + onDemand) * PRICES.instanceHour[INSTANCE]!;
  return [
    `Computing so far: about ${dollars(cost)} (${spot.toFixed(2)} job hours on Spot, ${onDemand.toFixed(2)} on demand, as ` +
      `${INSTANCE} in us-east-1, Spot at an assumed ${100 * SPOT_SHARE} %)`,
  ];
}
