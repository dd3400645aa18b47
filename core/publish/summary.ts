import { backboneFiles } from '../artifacts/backbone.ts';
import { gateFiles } from '../artifacts/gate.ts';
import { coloursFile, domainGapFile, mirrorFile } from '../artifacts/inputs.ts';
import { minedFile, minedSummaryFile } from '../artifacts/mined.ts';
import { eachMined } from '../artifacts/mined-rows.ts';
import { runPrivacyFile } from '../artifacts/privacy.ts';
import { reportFile } from '../artifacts/run.ts';
import { verdictFile } from '../artifacts/verdict.ts';
import { releasedSets } from '../contracts/config.ts';
import { minedFolder, releaseFolder, runKey } from '../contracts/keys.ts';
import { setName } from '../contracts/names.ts';
import type { Plan } from '../contracts/plan.ts';
import { JOBS, type StageName } from '../contracts/stages.ts';
import type { JobStats } from '../contracts/stats.ts';
import type { Summary } from '../contracts/summary.ts';
import { STAGES } from '../contracts/workflow.ts';
import { readAudit } from '../data/read-audit.ts';
import { DataError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { auditMined } from './audit/audit-mined.ts';
import { readCalibration } from './calibration.ts';
import { readCopies, readDuplicates } from './copies.ts';
import { readMailed } from './mailed.ts';
import { readResults } from './results.ts';
import { readRunStats, type StageStats } from './run-stats.ts';

/**
 * All numbers of a run that is done.
 * @param round - the last round: its mined set and its students are what counts
 * @throws DataError when a result that the plan promises is missing
 */
export const summarise = async (store: Store, plan: Plan, round: number): Promise<Summary> => {
  const { runId } = plan;
  const mined = await minedSummaryFile(runId, round).read(store);
  const stats = await readRunStats(store, plan, round);
  const rejectedBy = (stage: StageName, folder?: string): JobStats['rejected'] =>
    stats.find((job) => job.stage === stage && (folder === undefined || job.folder === folder))?.stats.rejected ?? {};
  const gap = await domainGapFile(runId).find(store);
  const backbone = plan.config.backbone && (await backboneFiles(runId).card.read(store));
  const gate = await gateFiles(runId).card.find(store);
  const colours = await coloursFile(runId).find(store);
  const mirror = await mirrorFile(runId).find(store);
  const copies = await readCopies(store, plan, round);
  const duplicates = await readDuplicates(store, plan, round);
  const below = (key: string): string => key.slice(runKey(runId).length + 1);
  return {
    formatVersion: 2,
    runId,
    classes: plan.classes,
    config: plan.config,
    ...(await readResults(store, plan)),
    calibration: await readCalibration(store, plan, round),
    verdict: await verdictFile(runId, round).read(store),
    mined: {
      ...mined,
      rejected: rejectedBy('aggregate', minedFolder(runId, round)),
      ...(await auditOf(store, plan, round)),
    },
    ...(plan.poolFound && { poolFound: plan.poolFound }),
    ...(gap && { domainGap: gap }),
    ...(backbone && { backbone }),
    ...(gate && { gate }),
    ...(colours && { colours }),
    ...(mirror && { mirror }),
    ...(copies && { copies }),
    ...(duplicates && { duplicates }),
    privacy: await privacyOf(store, plan),
    inputRejected: rejectedBy('prepare'),
    mailed: await readMailed(store, plan, round),
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

async function auditOf(store: Store, plan: Plan, round: number): Promise<Pick<Summary['mined'], 'audit'>> {
  if (plan.audit === undefined) return {};
  const mined = eachMined(store, plan.runId, round);
  return { audit: await auditMined(mined, plan.classes, await readAudit(plan.audit)) };
}

async function privacyOf(store: Store, { runId, config }: Plan): Promise<Summary['privacy']> {
  const sets = releasedSets(config).map(async (set) => [setName(set), await runPrivacyFile(runId, set).read(store)]);
  return Object.fromEntries(await Promise.all(sets));
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

/** What the printed numbers were computed on: jobs of one run may get GPUs of several models. */
function backendOf(all: readonly StageStats[]): NonNullable<JobStats['backend']> {
  const computed = all.filter(({ stats }) => stats.backend !== undefined);
  const evaluated = computed.filter(({ stage }) => stage === 'evaluate');
  const backends = (evaluated.length > 0 ? evaluated : computed).map(({ stats }) => stats.backend!);
  if (backends[0] === undefined) throw new DataError('No job of the run says which backend it computed on.');
  const devices = new Set(backends.flatMap(({ device }) => (device === undefined ? [] : [device])));
  return { ...backends[0], ...(devices.size > 0 && { device: [...devices].sort().join(' and ') }) };
}
