import { gateFiles } from '../artifacts/gate.ts';
import { domainGapFile } from '../artifacts/inputs.ts';
import { minedFile, minedSummaryFile } from '../artifacts/mined.ts';
import { evaluationFile, reportFile } from '../artifacts/run.ts';
import { armName, armsOf } from '../contracts/arms.ts';
import type { Evaluation, Spread } from '../contracts/evaluation.ts';
import { minedFolder, releaseFolder, runKey } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { JOBS, type StageName } from '../contracts/stages.ts';
import type { JobStats } from '../contracts/stats.ts';
import type { Summary } from '../contracts/summary.ts';
import { STAGES } from '../contracts/workflow.ts';
import { DataError } from '../errors.ts';
import { pairedGain, spread } from '../evaluate/spread.ts';
import type { Store } from '../store/store.ts';
import { auditMined, readAudit } from './audit.ts';
import { readCalibration } from './calibration.ts';
import { readRunStats, type StageStats } from './run-stats.ts';

/** All results in the order of the accuracy table's rows. */
export const readEvaluations = (store: Store, plan: Plan): Promise<Evaluation[]> =>
  Promise.all(armsOf(plan.config).map((arm) => evaluationFile(plan.runId, armName(arm)).read(store)));

/**
 * All numbers of a run that is done.
 * @param round - the last round: its mined set and its students are what counts
 * @throws DataError when a result that the plan promises is missing
 */
export const summarise = async (store: Store, plan: Plan, round: number): Promise<Summary> => {
  const { runId } = plan;
  const evaluations = await readEvaluations(store, plan);
  const primitive = evaluations.find(({ arm }) => arm === 'primitive');
  if (primitive === undefined) throw new DataError('The plan holds no evaluation of the primitive model.');
  const benchmarks = Object.keys(plan.benchmarks);
  const mined = await minedSummaryFile(runId, round).read(store);
  const stats = await readRunStats(store, plan, round);
  const rejectedBy = (stage: StageName, folder?: string): JobStats['rejected'] =>
    stats.find((job) => job.stage === stage && (folder === undefined || job.folder === folder))?.stats.rejected ?? {};
  const gap = await domainGapFile(runId).find(store);
  const gate = await gateFiles(runId).card.find(store);
  const below = (key: string): string => key.slice(runKey(runId).length + 1);
  return {
    formatVersion: 1,
    runId,
    classes: plan.classes,
    config: plan.config,
    accuracy: tabulate(benchmarks, evaluations, (one, name) => spread(accuracies(one, name))),
    gain: tabulate(benchmarks, evaluations, (one, name) =>
      pairedGain(accuracies(one, name), accuracies(primitive, name)),
    ),
    images: Object.fromEntries(evaluations.map(({ arm, images }) => [arm, images])),
    calibration: await readCalibration(store, plan),
    mined: {
      ...mined,
      rejected: rejectedBy('aggregate', minedFolder(runId, round)),
      ...(await auditOf(store, plan, round)),
    },
    ...(gap && { domainGap: gap }),
    ...(gate && { gate }),
    inputRejected: rejectedBy('prepare'),
    stages: stageTotals(stats),
    miningImagesPerSecond: imagesPerSecond(stats),
    backend: backendOf(stats),
    paths: {
      report: below(reportFile(runId).key),
      release: below(releaseFolder(runId)),
      mined: below(minedFile(runId, round).key),
    },
  };
};

type ByBenchmark = Record<string, Record<string, Spread>>;

function tabulate(
  benchmarks: readonly string[],
  evaluations: readonly Evaluation[],
  cell: (evaluation: Evaluation, benchmark: string) => Spread,
): ByBenchmark {
  return Object.fromEntries(
    benchmarks.map((benchmark) => [
      benchmark,
      Object.fromEntries(evaluations.map((evaluation) => [evaluation.arm, cell(evaluation, benchmark)])),
    ]),
  );
}

function accuracies(evaluation: Evaluation, benchmark: string): number[] {
  const scores = evaluation.scores[benchmark];
  if (scores === undefined) throw new DataError(`${evaluation.arm} was not evaluated on ${benchmark}.`);
  return scores.map(({ accuracy }) => accuracy);
}

async function auditOf(store: Store, plan: Plan, round: number): Promise<Pick<Summary['mined'], 'audit'>> {
  if (plan.audit === undefined) return {};
  const mined = await minedFile(plan.runId, round).read(store);
  return { audit: auditMined(mined, plan.classes, await readAudit(plan.audit)) };
}

function stageTotals(all: readonly StageStats[]): Summary['stages'] {
  const totals: Summary['stages'] = {};
  for (const stage of STAGES) {
    const jobs = all.filter((job) => job.stage === stage).map(({ stats }) => stats);
    if (jobs.length === 0) continue;
    totals[stage] = {
      jobs: jobs.length,
      seconds: jobs.reduce((sum, { seconds }) => sum + seconds, 0),
      peakMemoryMiB: Math.max(...jobs.map(({ peakMemoryMiB }) => peakMemoryMiB)),
    };
  }
  return totals;
}

function imagesPerSecond(all: readonly StageStats[]): number {
  const jobs = all.filter(({ stage }) => stage === 'mine').map(({ stats }) => stats);
  const seconds = jobs.reduce((sum, stats) => sum + stats.seconds, 0);
  const images = jobs.reduce((sum, { counts }) => sum + JOBS.mine.counts.parse(counts).read, 0);
  return seconds > 0 ? images / seconds : 0;
}

function backendOf(all: readonly StageStats[]): NonNullable<JobStats['backend']> {
  const backend = all.find(({ stats }) => stats.backend !== undefined)?.stats.backend;
  if (backend === undefined) throw new DataError('No job of the run says which backend it computed on.');
  return backend;
}
