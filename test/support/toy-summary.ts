import type { PoolVerdict } from '../../core/contracts/pool-verdict.ts';
import type { Comparison, Estimate, Results } from '../../core/contracts/results.ts';
import { type Audit, Summary } from '../../core/contracts/summary.ts';
import { compare } from '../../core/statistics/compare.ts';
import type { Crossed } from '../../core/statistics/crossed.ts';
import { estimate } from '../../core/statistics/estimate.ts';
import { toyPlan } from './toy.ts';

/** What was mined by cosine similarity, every shard whole. */
export const toyMinedSummary = (more: Partial<Summary['mined']> = {}): Summary['mined'] => ({
  round: 0,
  score: { name: 'similarity', range: [-1, 1] },
  poolImages: 10,
  mined: 1,
  byClass: { calm: 1, glad: 0 },
  drawnByClass: { calm: 0.6, glad: 0.4 },
  poolByClass: { calm: 6, glad: 4 },
  selection: { name: 'predicted-mix', fraction: 0.1, automatic: false },
  expectedPoolError: 0.4,
  threshold: 0.5,
  expectedPrecision: 0.8,
  failedShards: [],
  truncatedShards: [],
  rejected: {},
  ...more,
});

/** What an audit found that named every mined image without a doubt. */
export const toyAudit = (more: Partial<Audit> = {}): Audit => ({
  checked: 40,
  unsure: 0,
  ambiguous: 0,
  precision: 0.7,
  low: 0.546,
  high: 0.819,
  covered: 1,
  drawn: { precision: 0.7, low: 0.546, high: 0.819 },
  byClass: {},
  ...more,
});
const NO_RESULTS: Results = {
  accuracy: {},
  macroRecall: {},
  recall: {},
  brier: {},
  nll: {},
  ece: {},
  comparisons: {},
};

/** Shares by seed as if chance were in the seeds alone. */
const bySeed = (values: readonly number[]): Crossed => ({ seeds: values.length, draws: 1, images: 1, values });

export const toyEstimate = (values: readonly number[]): Estimate => estimate(bySeed(values), [0, 1]);

export const toyComparison = (values: readonly number[], reference: readonly number[]): Comparison =>
  compare(bySeed(values), bySeed(reference), [1]);

/** A verdict of a word on a hundred images. */
export const toyVerdict = (verdict: PoolVerdict['verdict'] = 'no-evidence'): PoolVerdict => {
  const t = { pays: 2, 'no-evidence': 0.5, harms: -2.5 }[verdict];
  const gain = { mean: t / 100, t, low: (t - 1.96) / 100, high: (t + 1.96) / 100 };
  const measured = { mined: 0.5 + gain.mean, control: 0.5, gain };
  return {
    verdict,
    wideGap: false,
    images: 100,
    folds: 5,
    accuracy: measured,
    brier: { ...measured, mined: 0.5 - gain.mean },
  };
};

/** The summary of a run that measured nothing, for a test to say what it measured. */
export const toySummary = (more: Partial<Summary> = {}): Summary => {
  const { runId, classes, config } = toyPlan();
  return Summary.parse({
    formatVersion: 2,
    runId,
    classes,
    config,
    ...NO_RESULTS,
    images: {},
    verdict: toyVerdict(),
    mined: toyMinedSummary(),
    privacy: {},
    inputRejected: {},
    stages: {},
    miningImagesPerSecond: 100,
    backend: { name: 'wasm', versions: { node: 'v20.0.0', 'tfjs-core': '4.22.0' }, threads: 1 },
    paths: { report: 'report/index.html', release: 'release', mined: 'round-0/mined/mined.parquet' },
    ...more,
  });
};
