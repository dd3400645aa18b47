import { type Audit, Summary } from '../../core/contracts/summary.ts';
import { toyPlan } from './toy.ts';

/** What was mined by cosine similarity, every shard whole. */
export const toyMinedSummary = (more: Partial<Summary['mined']> = {}): Summary['mined'] => ({
  round: 0,
  score: { name: 'similarity', range: [-1, 1] },
  poolImages: 10,
  mined: 1,
  byClass: { calm: 1, glad: 0 },
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
  byClass: {},
  ...more,
});

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
    mined: toyMinedSummary(),
    inputRejected: {},
    stages: {},
    miningImagesPerSecond: 100,
    backend: { name: 'wasm', versions: { node: 'v20.0.0', 'tfjs-core': '4.22.0' }, threads: 1 },
    paths: { report: 'report/index.html', release: 'release', mined: 'round-0/mined/mined.parquet' },
    ...more,
  });
};
