import { z } from 'zod';
import { MiningScore } from './mining-scores.ts';
import { SampleImage } from './sample-image.ts';
import { Selection } from './selections.ts';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const fraction = z.number().min(0).max(1);

/**
 * Most candidates that a shard keeps, whatever its size: bounds a mining job's memory. It keeps fewer where their
 * images would take more than 96 MiB.
 */
const MaxCandidates = count(1, 1_000_000);

const FIRST: z.infer<typeof SampleImage> = 'first';

/** What keeps images out of the mined set that show nothing of the task. */
const Gate = z.strictObject({
  on: z.boolean(),
  /** Part of the images of the task that has to pass, as far as held-out labelled images tell. */
  keep: z.number().min(0.5).max(0.999),
});
const GATE: z.infer<typeof Gate> = { on: true, keep: 0.98 };

/**
 * Likeness to a benchmark image from which an image of the pool or of the labelled set counts as a copy of it and is left
 * out; null looks for no copies but equal pixels. The threshold in force is higher where the benchmark's own images are alike.
 */
const NearBenchmark = z.number().min(0.5).max(1).nullable();

/**
 * Likeness to a labelled image, or to a better image of the pool, from which a pool image counts as a copy of it and is left out;
 * null looks for equal pixels alone. The thresholds in force are higher where images are alike, or very many.
 */
const NearDuplicate = z.number().min(0.5).max(1).nullable();

/** How the pool is mined. */
export const Mining = z.strictObject({
  /** What says how sure a pseudo-label is. */
  score: MiningScore,
  /** Primitives that mine together, at most as many as there are seeds. */
  nets: count(1, 20),
  /** How candidates are chosen. */
  selection: Selection,
  /** Part of the readable pool that is mined; `auto` takes as many as keep the expected label error well below the miner's own. */
  topFraction: z.union([z.number().positive().max(1), z.literal('auto')]),
  /** Mining rounds; in a later round the student of the round before is the miner. */
  rounds: count(1, 5),
  /** Pool images in a shard, where the pool is a folder. */
  shardSize: count(1, 100_000),
  batch: count(1, 4096),
  nearDuplicate: NearDuplicate,
  // Runs that were planned before this setting have prepared nothing to compare with.
  nearBenchmark: NearBenchmark.default(null),
  /** Part of the shards that may fail before the run does. */
  maxFailedShards: fraction,
  // Runs that were planned before this setting go on with its default.
  maxCandidatesPerShard: MaxCandidates.default(20_000),
  gate: Gate.default(GATE),
  sampleImage: SampleImage.default(FIRST),
});

/** The same as a person may override it: without the defaults, since what they did not say must not pass for said. */
export const MiningOverrides = Mining.extend({
  maxCandidatesPerShard: MaxCandidates,
  nearBenchmark: NearBenchmark,
  sampleImage: SampleImage,
}).partial();
