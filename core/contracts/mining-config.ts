import { z } from 'zod';
import { MiningScore } from './mining-scores.ts';
import { SampleImage } from './sample-image.ts';
import { Selection } from './selections.ts';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const fraction = z.number().min(0).max(1);

const MaxCandidates = count(1, 1_000_000).meta({
  description:
    'most candidates that a shard keeps, whatever its size: bounds the memory of a mining job; fewer where their images would take more than 96 MiB',
  unit: 'images',
});

const MinedImage = SampleImage.describe(
  'which image is mined of a sample of which an archive holds several (`000.jpg`, `000.seg.png`): the `first` of a fixed order, `all`, or how its name ends',
);
const FIRST: z.infer<typeof SampleImage> = 'first';

const Gate = z.strictObject({
  on: z.boolean().describe('whether junk is kept out of the mined set'),
  keep: z
    .number()
    .min(0.5)
    .max(0.999)
    .describe('part of the images of the task that has to pass, as far as held-out labelled images tell'),
});
const GATE: z.infer<typeof Gate> = { on: true, keep: 0.98 };

const NearBenchmark = z
  .number()
  .min(0.5)
  .max(1)
  .nullable()
  .describe(
    'likeness to a benchmark image from which an image of the pool or of the labelled set counts as a copy of it and is left out; null looks for equal pixels alone; what is in force is higher where the images of the benchmark are alike',
  );

const NearDuplicate = z
  .number()
  .min(0.5)
  .max(1)
  .nullable()
  .describe(
    'likeness to a labelled image, or to a better image of the pool, from which a pool image counts as a copy of it and is left out; null looks for equal pixels alone; what is in force is higher where images are alike, or very many',
  );

/** How the pool is mined. */
export const Mining = z.strictObject({
  score: MiningScore.describe('what says how sure a pseudo-label is'),
  nets: count(1, 20).meta({
    description: 'primitives that mine together, at most as many as there are seeds',
    unit: 'nets',
  }),
  selection: Selection.describe('how candidates are chosen'),
  topFraction: z
    .union([z.number().positive().max(1), z.literal('auto')])
    .describe(
      'part of the readable pool that is mined; `auto` takes as many as keep the expected label error well below that of the miner itself',
    ),
  rounds: count(1, 5).meta({
    description: 'mining rounds; in a later round the student of the round before is the miner',
    unit: 'rounds',
  }),
  shardSize: count(1, 100_000).meta({
    description: 'pool images in a shard, where the pool is a folder',
    unit: 'images',
  }),
  batch: count(1, 4096).meta({ description: 'images that are embedded at once', unit: 'images' }),
  nearDuplicate: NearDuplicate,
  // Runs that were planned before this setting have prepared nothing to compare with.
  nearBenchmark: NearBenchmark.default(null),
  maxFailedShards: fraction.describe('part of the shards that may fail before the run does'),
  // Runs that were planned before this setting go on with its default.
  maxCandidatesPerShard: MaxCandidates.default(20_000),
  gate: Gate.default(GATE).describe('What keeps images out of the mined set that show nothing of the task.'),
  sampleImage: MinedImage.default(FIRST),
});

/** The same as a person may override it: without the defaults, since what they did not say must not pass for said. */
export const MiningOverrides = Mining.extend({
  maxCandidatesPerShard: MaxCandidates,
  nearBenchmark: NearBenchmark,
  gate: Gate.partial(),
  sampleImage: MinedImage,
}).partial();
