import { type DistilledImages, writeDistilled } from '../../core/artifacts/distilled.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { predictionsFile } from '../../core/artifacts/predictions.ts';
import { evaluationFile, planFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import { armName, armsOf, parseArm, referencesOf } from '../../core/contracts/arms.ts';
import { distilledFolder } from '../../core/contracts/keys.ts';
import type { MinedRow } from '../../core/contracts/mined.ts';
import { HISTOGRAM_BINS } from '../../core/contracts/mining-scores.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { Summary } from '../../core/contracts/summary.ts';
import { concatImages, type Images } from '../../core/data/images.ts';
import { sha256 } from '../../core/format/sha256.ts';
import { scorePredictions } from '../../core/statistics/score-predictions.ts';
import { spread } from '../../core/statistics/spread.ts';
import type { Store } from '../../core/store/store.ts';
import { memoryStore } from './memory-store.ts';
import { toyPlan } from './toy.ts';
import { toyPrivacy } from './toy-privacy.ts';
import { toyComparison, toyEstimate, toyMinedSummary, toySummary } from './toy-summary.ts';

const RUN = 'small';
const SIZE = 16;
const PER_CLASS = 20;
export const HOSTILE_CLASS = '<script>alert(1)<script>';
export const HOSTILE_KEY = `pool/"onerror='x'>&.png`;
const classes = [HOSTILE_CLASS, 'plain'];

const config = resolveConfig('quick', {
  image: { size: SIZE, mirror: true },
  distill: { methods: ['random', 'packed'], ipc: [1] },
});

const plan = toyPlan({ runId: RUN, benchmarks: { public: 'file:///benchmark' }, config, classes, shardCount: 2 });

export const ARMS = armsOf(config).map(armName);

const PRIMITIVE = [0.4, 0.41, 0.42];
/** Accuracies that rise by the same at every seed, so that their gain is sure. */
const risenBy = (gain: number): number[] => PRIMITIVE.map((value) => value + gain);

/** Accuracy by seed of every arm: mining helps, packing beats its controls. */
const HELPFUL: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(ARMS.map((name) => [name, PRIMITIVE])),
  omni: [0.43, 0.45, 0.45],
  'boost/no-pool': risenBy(0.01),
  'boost/random-ipc1': risenBy(0.005),
  'boost/packed-ipc1': risenBy(0.02),
};

/** A run's summary in which some arms did differently, or some fields are others. */
export const summaryWith = (
  accuracies: Readonly<Record<string, readonly number[]>> = {},
  fields: Partial<Pick<Summary, 'mined' | 'inputRejected' | 'classes' | 'config'>> = {},
): Summary => {
  const all = { ...HELPFUL, ...accuracies };
  const tabulate = <Cell>(
    cell: (values: readonly number[], name: string) => Cell,
  ): { public: Record<string, Cell> } => ({
    public: Object.fromEntries(Object.entries(all).map(([name, values]) => [name, cell(values, name)])),
  });
  return toySummary({
    runId: RUN,
    classes,
    config,
    accuracy: tabulate(toyEstimate),
    macroRecall: tabulate(toyEstimate),
    recall: tabulate((values) => ({ [HOSTILE_CLASS]: spread(values), plain: spread(values) })),
    brier: tabulate(() => spread([0.7])),
    nll: tabulate(() => spread([1.5])),
    comparisons: tabulate((values, name) =>
      Object.fromEntries(
        referencesOf(parseArm(name)).map((reference) => [reference, toyComparison(values, all[reference]!)]),
      ),
    ),
    images: Object.fromEntries(ARMS.map((name) => [name, name === 'omni' ? 2 * PER_CLASS : 2])),
    mined: minedSummary(),
    privacy: { 'packed-ipc1': toyPrivacy() },
    stages: { mine: { jobs: 2, seconds: 75, peakMemoryMiB: 2048 } },
    miningImagesPerSecond: 1234,
    mailed: {
      sets: { 'packed-ipc1': { images: 2500, labels: 30_000 }, 'random-ipc1': { images: 2600, labels: 30_000 } },
      labelled: 30_000,
      weights: 560_000,
    },
    ...fields,
  });
};

export const minedSummary = (fields: Partial<Summary['mined']> = {}): Summary['mined'] =>
  toyMinedSummary({
    poolImages: 200,
    mined: 2 * PER_CLASS,
    byClass: { [HOSTILE_CLASS]: PER_CLASS, plain: PER_CLASS },
    expectedPrecision: 0.75,
    rejected: { duplicate: 3 },
    ...fields,
  });

/** The image of a mined row is of one grey level, which tells it from all others. */
export const levelOf = ({ shard, row }: Pick<MinedRow, 'shard' | 'row'>): number => 100 * shard + row;

const imageOf = (level: number): Uint8Array => new Uint8Array(SIZE ** 2).fill(level);

const rows: MinedRow[] = Array.from({ length: 2 * PER_CLASS }, (_, rank) => ({
  key: rank === 0 ? HOSTILE_KEY : `pool/${rank}.png`,
  shard: rank % 2,
  row: Math.floor(rank / 2),
  sha256: sha256(imageOf(levelOf({ shard: rank % 2, row: Math.floor(rank / 2) }))),
  label: rank < PER_CLASS ? 0 : 1,
  score: 0.9 - rank / 100,
  probability: 0.8,
  rank,
  weight: 1,
}));

const shardImages = (shard: number): Images<Uint8Array> =>
  concatImages(
    Array.from({ length: PER_CLASS }, (_, row) => {
      return { size: SIZE, channels: 1, count: 1, pixels: imageOf(levelOf({ shard, row })) };
    }),
  );

const distilled = (spec: { method: 'random' | 'packed'; ipc: number }): DistilledImages => {
  const factor = spec.method === 'packed' ? 2 : 1;
  return {
    size: SIZE,
    channels: 1,
    count: 2,
    spec: {
      spec,
      draw: 0,
      classes,
      size: SIZE,
      channels: 1,
      factor,
      images: 2,
      normalization: { kind: 'per-image', deviationFloor: 1e-3 },
      provenance: [[HOSTILE_KEY], ['pool/1.png']],
    },
    pixels: new Float32Array(2 * SIZE ** 2).fill(0.5),
    labels: Float32Array.from({ length: 2 * factor ** 2 * 2 }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75)),
    classOf: Int32Array.from([0, 1]),
  };
};

const labels = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 1, 1);
/** Three of four of the first class are right, four of six of the second. */
const probabilities = Float32Array.from(
  [0, 0, 0, 1, 0, 0, 1, 1, 1, 1].flatMap((one) => (one === 0 ? [0.7, 0.3] : [0.2, 0.8])),
);
const scores = [0, 1, 2].map((seed) => ({ seed, draw: 0, ...scorePredictions(probabilities, labels, 2) }));
const predictions = {
  ...{ seeds: 3, draws: 1, images: 10, classes: 2 },
  probabilities: Float32Array.from({ length: 60 }, (_, i) => probabilities[i % 20]!),
  labels,
  order: 'order',
};

/** Everything the report reads of a finished run: two classes of 20 mined images from two shards. */
export const smallRun = async (): Promise<Store> => {
  const store = memoryStore();
  await planFile(RUN).write(store, plan);
  await minedFile(RUN, 0).write(store, { score: 'similarity', classes, rows });
  for (const arm of ARMS) {
    await evaluationFile(RUN, arm).write(store, { arm, images: 0, draws: 1, scores: { public: scores } });
    await predictionsFile(RUN, arm).write(store, new Map([['public', predictions]]));
  }
  for (const method of ['random', 'packed'] as const) {
    const spec = { method, ipc: 1 };
    await writeDistilled(store, distilledFolder(RUN, { ...spec, draw: 0 }), distilled(spec));
  }
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0).map((_, bin) => (bin === 1500 ? 100 : 0));
  for (const shard of [0, 1]) {
    await shardFiles(RUN, 0, shard).images.write(store, shardImages(shard));
    await shardFiles(RUN, 0, shard).histogram.write(store, {
      counts,
      sureness: counts,
      nets: { sums: [100], squares: [100], squaredTotals: 100, squaredSureness: 100 },
      byClass: [50, 50],
      ofClasses: [],
    });
  }
  return store;
};
