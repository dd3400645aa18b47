import { createHash } from 'node:crypto';
import { benchmarkFile } from '../../core/artifacts/inputs.ts';
import { planFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import type { Candidate } from '../../core/contracts/mined.ts';
import { binOf, CLASS_BINS, classBinOf, HISTOGRAM_BINS, MINING_SCORES } from '../../core/contracts/mining-scores.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { Rejection } from '../../core/contracts/rejections.ts';
import { blankImages } from '../../core/data/images.ts';
import { mapInOrder } from '../../core/map-in-order.ts';
import type { Store } from '../../core/store/store.ts';
import { random } from '../../core/tensor/random.ts';
import { writeToyFolds } from '../../test/support/toy-folds.ts';

export const RUN = 'scale';
/** As the standard preset divides a pool; a fifth of it is mined, and of every shard twice as many are candidates. */
export const IMAGES_PER_SHARD = 2500;
const CANDIDATES = 1000;
const REJECTED = 250;
const CLASSES = ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness', 'surprise'];

/** Writes what the miners of so many shards would have left for Aggregate; pixels are not among it. */
export const writeShards = async (store: Store, shardCount: number): Promise<void> => {
  const config = resolveConfig('standard', { mining: { topFraction: 0.2 } });
  const plan: Plan = {
    runId: RUN,
    labelled: 's3://faces/labelled',
    pool: 's3://faces/pool',
    benchmarks: { test: 's3://faces/test' },
    config,
    classes: CLASSES,
    labelledCounts: CLASSES.map(() => 100),
    folds: 5,
    shardCount,
  };
  await planFile(RUN).write(store, plan);
  await writeToyFolds(store, plan);
  const none = { ...blankImages(config.image, 0), labels: new Int32Array(0), keys: [], sha256: [] };
  await benchmarkFile(RUN, 'test').write(store, none);
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  for await (const _ of mapInOrder(shards, 8, (shard) => writeShard(store, shard)));
};

async function writeShard(store: Store, shard: number): Promise<void> {
  const files = shardFiles(RUN, 0, shard);
  const draw = random('scale', shard);
  const { range } = MINING_SCORES.similarity;
  const rows: Candidate[] = Array.from({ length: CANDIDATES }, (_, row) => ({
    key: `pool-${String(shard).padStart(5, '0')}.tar/faces/${shard}-${row}.jpg`,
    shard,
    row,
    sha256: createHash('sha256').update(`${shard}/${row}`).digest('hex'),
    label: Math.floor(draw.next() * CLASSES.length),
    score: 1 - (row + draw.next()) / (2 * CANDIDATES),
    sureness: 0.9,
  }));
  const rejected: Rejection[] = Array.from({ length: REJECTED }, (_, i) => ({
    key: `pool-${shard}.tar/faces/broken-${i}.jpg`,
    reason: i % 2 === 0 ? 'undecodable' : 'junk',
    detail: 'the file ends before its pixels do',
  }));
  const [counts, ofClasses] = [zeros(HISTOGRAM_BINS), CLASSES.map(() => zeros(CLASS_BINS))];
  for (const { score, label } of rows) {
    counts[binOf(score, range)]! += 1;
    ofClasses[label]![classBinOf(binOf(score, range))]! += 1;
  }
  // What was not kept lies below.
  counts[0]! += IMAGES_PER_SHARD - CANDIDATES;
  const byClass = CLASSES.map((_, label) => rows.filter((one) => one.label === label).length);
  await files.candidates.write(store, { score: 'similarity', rows });
  await files.rejections.write(store, rejected);
  await files.histogram.write(store, {
    counts,
    sureness: counts.map((count) => count * 0.9),
    nets: { sums: [0], squares: [0], squaredTotals: 0, squaredSureness: 0 },
    byClass,
    ofClasses,
  });
  await files.stats.write(store, {
    job: 'mine',
    seconds: 20,
    peakMemoryMiB: 700,
    counts: {
      read: IMAGES_PER_SHARD,
      candidates: CANDIDATES,
      candidatesCut: IMAGES_PER_SHARD - CANDIDATES,
      rejectionsUnlisted: 0,
      waitSeconds: 1,
      computeSeconds: 15,
    },
    rejected: { undecodable: REJECTED / 2, junk: REJECTED / 2 },
  });
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}
