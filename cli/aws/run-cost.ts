import { summaryFile } from '../../core/artifacts/run.ts';
import type { Summary } from '../../core/contracts/summary.ts';
import { ConfigError } from '../../core/errors.ts';
import { count, dollars, table } from '../../core/text/format.ts';
import { assumptionsOf, type CostFlags, priceOf } from './cost.ts';
import { type Assumptions, estimateRun } from './estimate.ts';
import type { Target } from './executions.ts';
import { runIdOf, runStore } from './run-executions.ts';
import { listRunJobs } from './run-jobs.ts';

/** Hours of jobs by what was estimated and by what was used. */
export interface RunCost {
  readonly runId: string;
  readonly assumptions: Assumptions;
  readonly hours: readonly { readonly what: string; readonly estimated: number; readonly used: number }[];
  /** Of jobs that Batch still knows: hours of their last attempts on each queue. */
  readonly known: { readonly jobs: number; readonly spot: number; readonly onDemand: number };
  /** Of the machines' time in jobs. */
  readonly dollars: { readonly estimated: number; readonly used: number };
}

/**
 * Compares what a run used with what would have been estimated for it: its own pool, mined set and settings, at the rates that
 * the flags say.
 * @throws ConfigError where the run has no summary yet
 */
export const costOfRun = async (target: Target, name: string, flags: CostFlags): Promise<RunCost> => {
  const runId = await runIdOf(target, name);
  const summary = await summaryFile(runId).find(runStore(target));
  if (summary === undefined) {
    throw new ConfigError(
      `The run ${runId} has no summary yet. \`npx omnidistill watch ${runId}\` shows what it has used so far.`,
    );
  }
  const hourPrice = priceOf(flags);
  const assumptions = assumptionsAbout(summary, flags, hourPrice);
  const { hours } = estimateRun(assumptions);
  const mining = hours['mining images']! + hours['starting mining jobs']!;
  const all = Object.values(hours).reduce((sum, value) => sum + value, 0);
  const usedBy = (stage: string): number => (summary.stages[stage]?.seconds ?? 0) / 3600;
  const functions = usedBy('aggregate') + usedBy('decide');
  const used = Object.keys(summary.stages).reduce((sum, stage) => sum + usedBy(stage), 0) - functions;
  const known = await knownHours(target, runId);
  const share = known.spot + known.onDemand === 0 ? flags.spotShare : spotPart(known, flags.spotShare);
  return {
    runId,
    assumptions,
    hours: [
      { what: 'mining', estimated: mining, used: usedBy('mine') },
      { what: 'everything else', estimated: all - mining, used: used - usedBy('mine') },
    ],
    known,
    dollars: { estimated: all * hourPrice * expectedShare(assumptions), used: used * hourPrice * share },
  };
};

/** The comparison as a person reads it. */
export const runCostLines = ({ runId, assumptions, hours, known, dollars: paid }: RunCost): string[] => [
  `${runId}: ${count(assumptions.images)} images in ${count(assumptions.shards)} shards, ${count(assumptions.images * assumptions.minedShare)} mined`,
  ...table([
    ['job hours', 'estimated', 'used'],
    ...hours.map(({ what, estimated, used }) => [what, estimated.toFixed(2), used.toFixed(2)]),
    ['machines', dollars(paid.estimated), dollars(paid.used)],
  ]),
  known.jobs === 0
    ? 'Batch knows its jobs no more (they are kept for seven days); all is taken to have run on Spot.'
    : `Batch still knows ${count(known.jobs)} jobs: ${known.spot.toFixed(2)} h on Spot, ${known.onDemand.toFixed(2)} h on demand, in their last attempts.`,
  'Used are the seconds that jobs say of themselves: what lost attempts, starting machines and containers took is not in them.',
];

function assumptionsAbout(summary: Summary, flags: CostFlags, hourPrice: number): Assumptions {
  const { poolImages: images, mined, failedShards } = summary.mined;
  const shards = (summary.stages.mine?.jobs ?? 0) + failedShards.length;
  const { config } = summary;
  const given = assumptionsOf(config, { ...flags, images, shards, singleObjects: false, hourPrice });
  return { ...given, minedShare: mined / Math.max(images, 1) };
}

function expectedShare({ onDemandShare, spotShare }: Assumptions): number {
  return onDemandShare + (1 - onDemandShare) * spotShare;
}

function spotPart({ spot, onDemand }: RunCost['known'], spotShare: number): number {
  return (spot * spotShare + onDemand) / (spot + onDemand);
}

async function knownHours(target: Target, runId: string): Promise<RunCost['known']> {
  const jobs = await listRunJobs(target, runId);
  const hours = (queue: string): number =>
    jobs
      .filter((job) => job.queue === queue && job.startedAt !== undefined && job.stoppedAt !== undefined)
      .reduce((sum, { startedAt = 0, stoppedAt = 0 }) => sum + (stoppedAt - startedAt) / 3_600_000, 0);
  return { jobs: jobs.length, spot: hours('spot'), onDemand: hours('on-demand') };
}
