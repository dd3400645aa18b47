import type { PoolVerdict } from '../../core/contracts/pool-verdict.ts';
import { Summary } from '../../core/contracts/summary.ts';
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

/** A verdict of a word on a hundred images. */
export const toyVerdict = (verdict: PoolVerdict['verdict'] = 'no-evidence'): PoolVerdict => {
  const t = { pays: 2, 'no-evidence': 0.5, harms: -2.5 }[verdict];
  const gain = { mean: t / 100, t, low: (t - 1.96) / 100, high: (t + 1.96) / 100 };
  const measured = { mined: 0.5 + gain.mean, control: 0.5, gain };
  return { verdict, images: 100, folds: 5, accuracy: measured, brier: { ...measured, mined: 0.5 - gain.mean } };
};

/** The summary of a run that measured nothing, for a test to say what it measured. */
export const toySummary = (more: Partial<Summary> = {}): Summary => {
  const { runId, classes, config } = toyPlan();
  return Summary.parse({
    formatVersion: 1,
    runId,
    classes,
    config,
    accuracy: {},
    gain: {},
    images: {},
    verdict: toyVerdict(),
    mined: toyMinedSummary(),
    inputRejected: {},
    stages: {},
    miningImagesPerSecond: 100,
    backend: { name: 'wasm', versions: { node: 'v20.0.0', 'tfjs-core': '4.22.0' }, threads: 1 },
    paths: { report: 'report/index.html', release: 'release', mined: 'round-0/mined/mined.parquet' },
    ...more,
  });
};
