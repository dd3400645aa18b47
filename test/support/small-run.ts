import { Readable } from 'node:stream';
import type { Spread } from '../../core/contracts/evaluation.ts';
import { distilledFolder, evaluationFolder, minedKey, planKey, shardFolder } from '../../core/contracts/keys.ts';
import type { MinedRow } from '../../core/contracts/mined.ts';
import { HISTOGRAM_BINS } from '../../core/contracts/mining-scores.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import { Summary } from '../../core/contracts/summary.ts';
import { encodeDistilled } from '../../core/distill/distilled-images.ts';
import { pairedGain, spread } from '../../core/evaluate/spread.ts';
import { encodeMined } from '../../core/format/parquet.ts';
import { encodeSafetensors } from '../../core/format/safetensors.ts';
import { planOutput } from '../../core/plan/plan-output.ts';
import type { Store } from '../../core/store/store.ts';

const RUN = 'small';
const SIZE = 16;
const PER_CLASS = 20;
export const HOSTILE_CLASS = '<script>alert(1)<script>';
export const HOSTILE_KEY = `pool/"onerror='x'>&.png`;
const classes = [HOSTILE_CLASS, 'plain'];

const config = resolveConfig('quick', {
  image: { size: SIZE },
  distill: { methods: ['random', 'packed'], ipc: [1] },
});

const plan: Plan = {
  runId: RUN,
  labelled: 'file:///labelled',
  pool: 'file:///pool',
  benchmarks: { public: 'file:///benchmark' },
  config,
  classes,
  labelledCounts: [5, 5],
  shardCount: 2,
};

export const ARMS = planOutput(plan).evaluations.map(({ arm }) => arm);

const PRIMITIVE = [0.4, 0.41, 0.42];
/** Accuracies that rise by the same at every seed, so that their gain has a deviation of 0. */
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
  const tabulate = (cell: (values: readonly number[]) => Spread): Record<string, Spread> =>
    Object.fromEntries(Object.entries(all).map(([name, values]) => [name, cell(values)]));
  return Summary.parse({
    formatVersion: 1,
    runId: RUN,
    classes,
    config,
    accuracy: { public: tabulate(spread) },
    gain: { public: tabulate((values) => pairedGain(values, all.primitive!)) },
    images: Object.fromEntries(ARMS.map((name) => [name, name === 'omni' ? 2 * PER_CLASS : 2])),
    mined: minedSummary(),
    inputRejected: {},
    stages: { mine: { jobs: 2, seconds: 75, peakMemoryMiB: 2048 } },
    miningImagesPerSecond: 1234,
    backend: { name: 'wasm', versions: { node: 'v20.0.0' } },
    paths: { report: 'report/index.html', release: 'release', mined: 'round-0/mined/mined.parquet' },
    ...fields,
  });
};

export const minedSummary = (fields: Partial<Summary['mined']> = {}): Summary['mined'] => ({
  round: 0,
  score: { name: 'similarity', range: [-1, 1] },
  poolImages: 200,
  mined: 2 * PER_CLASS,
  byClass: { [HOSTILE_CLASS]: PER_CLASS, plain: PER_CLASS },
  threshold: 0.5,
  expectedPrecision: 0.75,
  failedShards: [],
  truncatedShards: [],
  rejected: { duplicate: 3 },
  ...fields,
});

const rows: MinedRow[] = Array.from({ length: 2 * PER_CLASS }, (_, rank) => ({
  key: rank === 0 ? HOSTILE_KEY : `pool/${rank}.png`,
  shard: rank % 2,
  row: Math.floor(rank / 2),
  sha256: String(rank).padStart(64, '0'),
  label: rank < PER_CLASS ? 0 : 1,
  score: 0.9 - rank / 100,
  probability: 0.8,
  rank,
}));

/** The image of a mined row is of one grey level, which tells it from all others. */
export const levelOf = ({ shard, row }: Pick<MinedRow, 'shard' | 'row'>): number => 100 * shard + row;

const shardPixels = (shard: number): Uint8Array =>
  Uint8Array.from({ length: PER_CLASS * SIZE ** 2 }, (_, i) => levelOf({ shard, row: Math.floor(i / SIZE ** 2) }));

const distilledObjects = (spec: { method: 'random' | 'packed'; ipc: number }): [string, Buffer | string][] => {
  const factor = spec.method === 'packed' ? 2 : 1;
  const set = {
    spec,
    classes,
    size: SIZE,
    channels: 1,
    factor: factor as 1 | 2,
    images: 2,
    normalization: { kind: 'per-image' as const, deviationFloor: 1e-3 },
    provenance: [[HOSTILE_KEY], ['pool/1.png']],
  };
  const { images, labels } = encodeDistilled({
    size: SIZE,
    channels: 1,
    count: 2,
    spec: set,
    pixels: new Float32Array(2 * SIZE ** 2).fill(0.5),
    labels: Float32Array.from({ length: 2 * factor ** 2 * 2 }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75)),
    classOf: Int32Array.from([0, 1]),
  });
  const folder = distilledFolder(RUN, spec);
  return [
    [`${folder}/set.json`, JSON.stringify(set)],
    [`${folder}/images.safetensors`, images],
    [`${folder}/labels.safetensors`, labels],
  ];
};

const evaluation = (arm: string): [string, string] => [
  `${evaluationFolder(RUN, arm)}/result.json`,
  JSON.stringify({
    arm,
    images: 0,
    scores: {
      public: [0, 1, 2].map((seed) => ({
        seed,
        accuracy: 0.4,
        macroRecall: 0.4,
        confusion: [
          [3, 1],
          [2, 4],
        ],
      })),
    },
  }),
];

/** Everything the report reads of a finished run: two classes of 20 mined images from two shards. */
export const smallRun = (): Store => {
  const histogram = { counts: new Array<number>(HISTOGRAM_BINS).fill(0).map((_, bin) => (bin === 1500 ? 100 : 0)) };
  const objects = new Map<string, Buffer | string>([
    [planKey(RUN), JSON.stringify(plan)],
    [minedKey(RUN, 0), encodeMined(rows, 'similarity')],
    ...ARMS.map(evaluation),
    ...config.distill.methods.flatMap((method) => distilledObjects({ method: method as 'random' | 'packed', ipc: 1 })),
  ]);
  for (const shard of [0, 1]) {
    const pixels = { shape: [PER_CLASS, SIZE, SIZE, 1], data: shardPixels(shard) };
    objects.set(`${shardFolder(RUN, 0, shard)}/candidates.safetensors`, encodeSafetensors({ pixels }));
    objects.set(`${shardFolder(RUN, 0, shard)}/histogram.json`, JSON.stringify(histogram));
  }
  return {
    root: 'file:///small',
    get: async (key) => (objects.has(key) ? Buffer.from(objects.get(key)!) : undefined),
    stream: async (key) => Readable.from([Buffer.from(objects.get(key)!)]),
    put: async (key, body) => void objects.set(key, body),
    has: async (key) => objects.has(key),
    list: async function* () {
      for (const [key, body] of objects) yield { key, size: body.length };
    },
  };
};
