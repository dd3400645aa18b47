import type { ConfigOverrides, RunConfig } from '../../core/contracts/config.ts';
import type { NetName } from '../../core/contracts/nets.ts';
import type { Plan } from '../../core/contracts/plan.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { sha256 } from '../../core/format/sha256.ts';
import { type Net, netOf } from '../../core/nets/net.ts';
import { freshParameters, type Weights } from '../../core/nets/weights.ts';
import { random } from '../../core/tensor/random.ts';

export const SIZE = 16;

/** The smallest net and the shortest recipes that still run every line. */
export const toyConfig = (more: ConfigOverrides = {}): RunConfig =>
  resolveConfig('quick', {
    image: { size: SIZE, channels: 1, mirror: true },
    net: { width: 4 },
    primitive: { steps: 6, batch: 8, mixup: 0.3, ema: 0.5 },
    mining: { nets: 1 },
    student: {
      steps: 6,
      labelledPerBatch: 4,
      minedPerBatch: 4,
      ema: 0.5,
      consistency: { steps: 4, labelledPerBatch: 4, poolPerBatch: 4, ema: 0.5 },
      noisy: { steps: 4, labelledPerBatch: 4, poolPerBatch: 4 },
    },
    distill: {
      ipc: [1],
      bank: { views: 12 },
      matching: { steps: 4, pretrainSteps: [3], nets: 2, realPerClass: 4, syntheticPerClass: 8, learningRate: 0.02 },
      unroll: { steps: 3 },
    },
    verdict: { steps: 3, learningRate: 1e-3 },
    evaluate: {
      only: { steps: 4, batch: 8 },
      boost: { steps: 3, labelledPerBatch: 4, setPerBatch: 4, ema: 0.5, learningRate: 1e-3 },
    },
    ...more,
  });

/** The plan of a run of two classes in one shard. */
export const toyPlan = (more: Partial<Plan> = {}): Plan => ({
  runId: 'r',
  labelled: 'file:///labelled',
  pool: 'file:///pool',
  benchmarks: {},
  config: toyConfig(),
  classes: ['calm', 'glad'],
  labelledCounts: [5, 5],
  folds: 2,
  shardCount: 1,
  ...more,
});

/**
 * Noisy images of which class c has a bright band in its c-th part from the top: easy to tell apart, and mirroring
 * changes no class.
 */
export const toySet = (perClass: number, classes: number, seed: number, channels = 1): ImageSet => {
  const draw = random('toy', seed);
  const count = perClass * classes;
  const values = SIZE * SIZE * channels;
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const pixels = Uint8Array.from({ length: count * values }, (_, at) => {
    const row = Math.floor((at % values) / (SIZE * channels));
    const bright = Math.floor((row * classes) / SIZE) === labels[Math.floor(at / values)];
    return (bright ? 190 : 60) + draw.uniform(-40, 40);
  });
  const keys = [...labels].map((label, i) => `${label}/${seed}-${i}.png`);
  const hashes = keys.map((_, i) => sha256(pixels.subarray(i * values, (i + 1) * values)));
  return { size: SIZE, channels, count, pixels, labels, keys, sha256: hashes };
};

/** The smallest net of a name. */
export const toyNet = (classes: number, channels = 1, name: NetName = 'k2'): Net =>
  netOf({ name, width: 4, size: SIZE, channels, classes });

/** An untrained net with harmless batch-norm statistics. */
export const toyWeights = (seed: number, classes: number, channels = 1, name: NetName = 'k2'): Weights => {
  const net = toyNet(classes, channels, name);
  const batchNormStats = net.batchNormStats.flatMap(({ name, shape }) =>
    new Array<number>(shape[0]!).fill(name.endsWith('variance') ? 1 : 0),
  );
  return { net, parameters: freshParameters(net, ['toy', seed]), batchNormStats: Float32Array.from(batchNormStats) };
};

export const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
