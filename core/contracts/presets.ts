import { z } from 'zod';
import { type ConfigOverrides, RunConfig } from './config.ts';
import { DEFAULT_NET } from './nets.ts';
import { parseOrExplain } from './parse-or-explain.ts';

export const PRESETS = ['quick', 'standard', 'full'] as const;
export const Preset = z.enum(PRESETS);
export type Preset = z.infer<typeof Preset>;

/**
 * Learning rates go together: kernels before a batch norm grow with the rate that a primitive learns at, and whatever goes on from it
 * turns them by its own rate over their size (docs/recipe.md#how-fast-nets-learn).
 */
const standard: RunConfig = {
  seed: 0,
  seeds: 5,
  draws: 2,
  folds: 5,
  image: { size: 48, channels: 1, fromData: true, mirror: 'auto' },
  augmentation: { shift: 0.125, degrees: 20, scale: 0.2, contrast: 0.4, offset: 0.4, cutout: 0.3 },
  limits: { minPerClass: 5, maxPixels: 50_000_000, maxBytes: 32 * 1024 * 1024 },
  net: { name: DEFAULT_NET, width: 32 },
  primitive: {
    steps: 1250,
    batch: 64,
    learningRate: 2e-2,
    weightDecay: 0,
    labelSmoothing: 0.1,
    mixup: 0.3,
    ema: 0.99,
  },
  mining: {
    score: 'similarity',
    nets: 5,
    selection: 'predicted-mix',
    topFraction: 'auto',
    rounds: 1,
    shardSize: 2500,
    batch: 256,
    nearDuplicate: 0.92,
    nearBenchmark: 0.92,
    maxFailedShards: 0.1,
    maxCandidatesPerShard: 20_000,
    gate: { on: true, keep: 0.98 },
    sampleImage: 'first',
  },
  student: {
    start: 'primitive',
    steps: 1200,
    labelledPerBatch: 48,
    minedPerBatch: 48,
    minedLabels: 'hard',
    learningRate: 2e-2,
    weightDecay: 0,
    labelSmoothing: 0.05,
    mixup: 0.3,
    ema: 0.99,
    consistency: {
      steps: 1000,
      labelledPerBatch: 24,
      poolPerBatch: 48,
      learningRate: 4e-3,
      ema: 0.99,
      teacher: 'students',
      threshold: 0.7,
    },
    noisy: { steps: 0, labelledPerBatch: 24, poolPerBatch: 72, learningRate: 2e-3, mixup: 1 },
  },
  // Small steps: what chance does to the two nets that are compared is not in the verdict's errors.
  verdict: { steps: 200, learningRate: 2e-3 },
  distill: {
    methods: ['random', 'herding', 'k-center', 'dm'],
    ipc: [10],
    bank: { views: 8192, layers: 3 },
    matching: {
      steps: 250,
      pretrainSteps: [50, 120, 350],
      nets: 4,
      realPerClass: 48,
      syntheticPerClass: 24,
      learningRate: 0.02,
      augmentation: 'mirror',
      fresh: 0,
      floor: 0,
    },
    unroll: { steps: 10, learningRate: 0.002 },
    privacy: { maximumCopies: null },
  },
  evaluate: {
    otherLabels: [],
    only: { steps: 500, batch: 64, learningRate: 1e-2 },
    boost: { steps: 400, learningRate: 8e-3, labelledPerBatch: 24, setPerBatch: 40, ema: 0.98 },
  },
};

const overrides: Record<Preset, ConfigOverrides> = {
  quick: {
    seeds: 3,
    // At the full width so few steps leave the student behind its control.
    net: { width: 16 },
    // At 600 a primitive has not learned out, and what it mines is as much the worse.
    primitive: { steps: 1200 },
    student: { consistency: { steps: 400 } },
    verdict: { steps: 50 },
    distill: { bank: { views: 2048 }, matching: { steps: 60, pretrainSteps: [40, 80], nets: 2, realPerClass: 32 } },
    evaluate: { boost: { steps: 200 } },
  },
  standard: {},
  full: {
    seeds: 10,
    draws: 5,
    // A wide student starts fresh and pays with consistency training alone, and both take it longer.
    student: { net: { width: 64 }, steps: 2400, consistency: { steps: 3000 } },
    distill: { ipc: [1, 10, 50] },
    evaluate: { otherLabels: ['fixed', 'hard'] },
  },
};

/**
 * What a backbone mines best by: it was made for other labels, so its embeddings lie as they lie, and the head alone knows which
 * directions count. On held-out faces of FER2013 the best fifth by similarity to the class means was right about 58 %, by the head's
 * confidence about 73 %.
 */
const forBackbone: ConfigOverrides = { mining: { score: 'confidence' } };

/** Who names the channels does not want them to be looked for. */
const channelsSaid: ConfigOverrides = { image: { fromData: false } };

/**
 * The full configuration: the preset's values, overridden field by field; lists are replaced whole.
 * @throws ConfigError where values do not go together, e.g. a size and a net
 */
export const resolveConfig = (preset: Preset, config: ConfigOverrides = {}): RunConfig =>
  parseOrExplain(
    RunConfig,
    [
      overrides[preset],
      config.backbone === undefined ? {} : forBackbone,
      config.image?.channels === undefined ? {} : channelsSaid,
      config,
    ].reduce<Tree>(merge, standard),
    'configuration',
  );

type Tree = { [key: string]: unknown };

function merge(base: Tree, over: Tree): Tree {
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = base[key];
    if (value !== undefined) result[key] = isTree(below) && isTree(value) ? merge(below, value) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
