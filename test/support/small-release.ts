import { type LabelBank, labelledBankFile } from '../../core/artifacts/bank.ts';
import { type DistilledImages, writeDistilled } from '../../core/artifacts/distilled.ts';
import { benchmarkFile, labelledSetFile } from '../../core/artifacts/inputs.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { modelFiles } from '../../core/artifacts/model.ts';
import { runPrivacyFile } from '../../core/artifacts/privacy.ts';
import { planFile } from '../../core/artifacts/run.ts';
import { imagesHash } from '../../core/bank/make-bank.ts';
import { distilledFolder } from '../../core/contracts/keys.ts';
import { teacherRole } from '../../core/contracts/plan.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import type { Images } from '../../core/data/images.ts';
import { writeRelease } from '../../core/publish/release/write-release.ts';
import { spread } from '../../core/statistics/spread.ts';
import type { Store } from '../../core/store/store.ts';
import { toyPlan, toyWeights } from './toy.ts';
import { toyPrivacy } from './toy-privacy.ts';
import { toyComparison, toyEstimate, toyMinedSummary, toySummary } from './toy-summary.ts';

export const RUN = 'run-1';
const CLASSES = ['happy', 'sad'];
const SIZE = 16;

export const plan = toyPlan({
  runId: RUN,
  benchmarks: { test: 'file:///benchmark' },
  config: resolveConfig('quick', {
    seeds: 2,
    image: { size: SIZE, mirror: true },
    distill: { methods: ['random', 'packed'], ipc: [1] },
  }),
  classes: CLASSES,
});

/** Accuracy of the primitive, of the student and, in the released draw, of the set. */
export const BY_SEED = [0.5, 0.7];
/** Drawn twice; the release holds the first draw, which is worse than the second. */
const twice = { ...toyEstimate([0.6, 0.8]), draws: BY_SEED.map((value) => [value, value + 0.2]) };
const sets = ['only/random-ipc1', 'only/packed-ipc1'];

export const summary = toySummary({
  runId: RUN,
  classes: CLASSES,
  config: plan.config,
  accuracy: {
    test: {
      primitive: toyEstimate(BY_SEED),
      consistent: toyEstimate(BY_SEED),
      ...Object.fromEntries(sets.map((set) => [set, twice])),
    },
  },
  macroRecall: { test: { primitive: toyEstimate(BY_SEED), ...Object.fromEntries(sets.map((set) => [set, twice])) } },
  recall: { test: { consistent: { happy: spread([0.3, 0.5]), sad: spread([0.7, 0.9]) } } },
  comparisons: {
    test: Object.fromEntries(sets.map((set) => [set, { primitive: toyComparison([0.6, 0.8], BY_SEED) }])),
  },
  images: { primitive: 0, 'only/random-ipc1': 2, 'only/packed-ipc1': 2 },
  mined: toyMinedSummary({ byClass: { happy: 1, sad: 0 } }),
  privacy: { 'packed-ipc1': toyPrivacy() },
});

/** A set of two images with labels of two views. */
export const distilled = (method: 'random' | 'packed'): DistilledImages => {
  const factor = method === 'packed' ? 2 : 1;
  const views = factor ** 2;
  const images: Images<Float32Array> = {
    size: SIZE,
    channels: 1,
    count: 2,
    // Values between the 256 levels, so that the 8-bit view loses something.
    pixels: Float32Array.from({ length: 2 * SIZE * SIZE }, (_, i) => (i % 997) / 997),
  };
  return {
    ...images,
    bank: bankOf(images, factor),
    spec: {
      spec: { method, ipc: 1 },
      draw: 0,
      classes: CLASSES,
      size: SIZE,
      channels: 1,
      factor,
      images: 2,
      normalization: { kind: 'per-image', deviationFloor: 0.02 },
      provenance: ['a', 'b'].map((name) => Array.from({ length: views }, (_, v) => `pool-0.tar/${name}${v}.png`)),
    },
    labels: Float32Array.from({ length: 2 * views * 2 }, (_, i) => (i % 2 === 0 ? 0.75 : 0.25)),
    classOf: Int32Array.from([0, 1]),
  };
};

/** Labels of two views of two images. */
const bankOf = (images: Images, factor: 1 | 2 = 1): LabelBank => ({
  card: {
    recipe: { version: 1, seed: 1, flip: true, degrees: 12, scale: 0.1, shift: 0.1, layers: 1 },
    images: images.count,
    factor,
    size: SIZE,
    channels: 1,
    classes: CLASSES,
    imagesSha256: imagesHash(images),
  },
  count: 2,
  labels: Float32Array.of(0.8, 0.2, 0.4, 0.6),
});

export const benchmark: ImageSet = {
  size: SIZE,
  channels: 1,
  count: 2,
  pixels: new Uint8Array(2 * SIZE * SIZE),
  labels: Int32Array.from([0, 1]),
  keys: ['happy/1.png', 'sad/1.png'],
  sha256: ['a'.repeat(64), 'b'.repeat(64)],
};

export const labelledBank = bankOf(benchmark);

/** The nets of both seeds that teach, and what the folds say of the labelled images. */
export const writeSmallModels = async (store: Store): Promise<void> => {
  const [name, role] = ['k2', teacherRole(plan.config)] as const;
  for (const seed of [0, 1]) {
    const files = modelFiles(RUN, role, seed, 0);
    const weights = toyWeights(seed, CLASSES.length);
    const image = { size: SIZE, channels: 1 } as const;
    const mirror = true;
    const trainedOn = { labelled: 2, mined: 1 };
    const card = { role, seed, round: 0, net: name, width: 4, classes: CLASSES, image, mirror, trainedOn } as const;
    await files.card.write(store, { ...card, parameters: weights.parameters.length, finalLoss: 0.5 });
    await files.weights(await files.card.read(store)).write(store, weights);
    const fold = modelFiles(RUN, 'fold', seed, 0);
    const embeddings = new Float32Array(1);
    await fold.heldOut.write(store, { rows: Int32Array.of(seed), logits: Float32Array.of(1, seed), embeddings });
    const directions = Float32Array.of(1, -1);
    await fold.prototypes.write(store, { width: 1, classes: 2, centre: new Float32Array(1), directions });
  }
};

/** What a finished run of two sets has in its store, and its release. */
export const writeSmallRelease = async (store: Store): Promise<void> => {
  await writeSmallRun(store);
  await writeRelease(store, plan, summary, 0);
};

/** What it has before it is released. */
export const writeSmallRun = async (store: Store): Promise<void> => {
  await planFile(RUN).write(store, plan);
  for (const method of ['random', 'packed'] as const) {
    const set = distilled(method);
    const folder = distilledFolder(RUN, { ...set.spec.spec, draw: 0 });
    await writeDistilled(store, folder, set);
  }
  const row = { key: 'a.png', shard: 0, row: 0, sha256: 'a'.repeat(64), label: 0, score: 0.9, probability: 0.8 };
  await minedFile(RUN, 0).write(store, {
    score: 'similarity',
    classes: CLASSES,
    rows: [{ ...row, rank: 0, weight: 1 }],
  });
  await benchmarkFile(RUN, 'test').write(store, benchmark);
  await runPrivacyFile(RUN, toyPrivacy().set).write(store, toyPrivacy());
  await labelledSetFile(RUN).write(store, benchmark);
  await labelledBankFile(RUN, 0, 0).write(store, labelledBank);
  await writeSmallModels(store);
};
