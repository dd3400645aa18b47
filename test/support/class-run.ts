import { writeDistilled } from '../../core/artifacts/distilled.ts';
import { minedFile } from '../../core/artifacts/mined.ts';
import { modelFiles } from '../../core/artifacts/model.ts';
import { type BenchmarkPredictions, orderOf, predictionsFile } from '../../core/artifacts/predictions.ts';
import { evaluationFile, planFile, summaryFile } from '../../core/artifacts/run.ts';
import { shardFiles } from '../../core/artifacts/shard.ts';
import { armName, armsOf } from '../../core/contracts/arms.ts';
import { type ConfigOverrides, setsOf } from '../../core/contracts/config.ts';
import { distilledFolder } from '../../core/contracts/keys.ts';
import { METHODS } from '../../core/contracts/methods.ts';
import { HISTOGRAM_BINS } from '../../core/contracts/mining-scores.ts';
import { setName } from '../../core/contracts/names.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { Summary } from '../../core/contracts/summary.ts';
import { sha256 } from '../../core/format/sha256.ts';
import { readResults } from '../../core/publish/results.ts';
import { scorePredictions } from '../../core/statistics/score-predictions.ts';
import type { Store } from '../../core/store/store.ts';
import { random } from '../../core/tensor/random.ts';
import { toyPlan } from './toy.ts';
import { toyPrivacy } from './toy-privacy.ts';
import { toyMinedSummary, toySummary } from './toy-summary.ts';

const SIZE = 16;

export interface ClassRun {
  readonly classes: readonly string[];
  readonly runId?: string;
  /** Whose images the benchmark `test` holds: the same word, the same images. */
  readonly images?: string;
  readonly config?: ConfigOverrides;
  /** Added to the share of right answers of every arm but the primitive. */
  readonly better?: number;
}

/** So many names, some of them as awkward as those of strangers: long, with blanks, from right to left. */
export const classNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    if (i % 11 === 3) return `an uncommonly long name of class ${i}`;
    return i % 13 === 5 ? `سعادة ${i}` : `class ${i}`;
  });

/**
 * Writes everything that the report and a comparison read of a run that is done, with any number of classes: nets that take
 * neighbouring classes for each other, three mined images of each class, curves, and distilled sets.
 * @returns the summary, whose results were computed from what was written
 */
export const writeClassRun = async (store: Store, run: ClassRun): Promise<Summary> => {
  const { classes, runId = 'classes', images = 'a', better = 0 } = run;
  const config = resolveConfig('quick', {
    image: { size: SIZE, channels: 1, mirror: true },
    distill: classes.length > 50 ? { methods: ['packed'], ipc: [1] } : { methods: ['random', 'packed'], ipc: [2] },
    ...run.config,
  });
  const plan = toyPlan({ runId, classes: [...classes], config, benchmarks: { test: 'file:///test' } });
  await planFile(runId).write(store, plan);
  for (const [rank, arm] of armsOf(config).map(armName).entries()) {
    const right = arm === 'primitive' ? 0.55 : 0.56 + 0.006 * rank + better;
    const predictions = predictionsOf(run.classes.length, config.seeds, { arm, images, right });
    const scores = Array.from({ length: config.seeds }, (_, seed) => {
      const { probabilities, labels } = predictions;
      const own = probabilities.subarray(
        seed * labels.length * classes.length,
        (seed + 1) * labels.length * classes.length,
      );
      return { seed, draw: 0, ...scorePredictions(own, labels, classes.length) };
    });
    await evaluationFile(runId, arm).write(store, { arm, images: 10, draws: 1, scores: { test: scores } });
    await predictionsFile(runId, arm).write(store, new Map([['test', predictions]]));
  }
  for (const role of ['primitive', 'control', 'student'] as const) {
    const losses = [0, 50, 100].map((step) => ({ step, loss: 2 / (1 + step / 20) }));
    for (let seed = 0; seed < config.seeds; seed++) await modelFiles(runId, role, seed, 0).losses.write(store, losses);
  }
  await writeMined(store, runId, classes);
  await writeSets(store, runId, classes, config);
  const each = Object.fromEntries(classes.map((name) => [name, 1]));
  const sets = setsOf(config).map(setName);
  const summary = toySummary({
    runId,
    classes: [...classes],
    config,
    ...(await readResults(store, plan)),
    mined: toyMinedSummary({
      poolImages: 100 * classes.length,
      mined: 3 * classes.length,
      byClass: Object.fromEntries(classes.map((name) => [name, 3])),
      drawnByClass: Object.fromEntries(classes.map((name) => [name, 1 / classes.length])),
      poolByClass: each,
      rejected: { duplicate: 3, junk: 12 },
    }),
    privacy: Object.fromEntries(sets.map((name) => [name, toyPrivacy()])),
    stages: { mine: { jobs: 1, seconds: 75, peakMemoryMiB: 2048 } },
    mailed: {
      sets: Object.fromEntries(sets.map((name, i) => [name, { images: 2500 + 9000 * i, labels: 30_000 }])),
      labelled: 30_000,
      weights: 560_000,
    },
  });
  await summaryFile(runId).write(store, summary);
  return summary;
};

function predictionsOf(
  classes: number,
  seeds: number,
  { arm, images: word, right }: { readonly arm: string; readonly images: string; readonly right: number },
): BenchmarkPredictions {
  const images = Math.max(140, 2 * classes);
  const labels = Int32Array.from({ length: images }, (_, i) => i % classes);
  const difficulty = random('difficulty', word);
  const hard = labels.map(() => 1000 * difficulty.next());
  const draw = random('answers', arm, word);
  const probabilities = new Float32Array(seeds * images * classes);
  for (let row = 0; row < seeds * images; row++) {
    const label = labels[row % images]!;
    const isRight = hard[row % images]! / 1000 + draw.uniform(-0.1, 0.1) < right;
    const near = Math.min(label ^ 1, classes - 1);
    const answer = isRight ? label : draw.next() < 0.7 ? near : draw.below(classes);
    const confidence = draw.uniform(0.4, 0.95);
    probabilities.fill((1 - confidence) / classes, row * classes, (row + 1) * classes);
    probabilities[row * classes + answer]! += confidence;
  }
  const order = orderOf([...labels].map((_, i) => `${word}-${i}`));
  return { seeds, draws: 1, images, classes, probabilities, labels, order };
}

async function writeMined(store: Store, runId: string, names: readonly string[]): Promise<void> {
  const classes = names.length;
  const count = 3 * classes;
  const pixelsOf = (row: number): Uint8Array => new Uint8Array(SIZE ** 2).fill(40 + ((row * 37) % 200));
  const rows = Array.from({ length: count }, (_, row) => ({
    ...{ key: `pool/${row}.png`, shard: 0, row, label: row % classes, rank: row, weight: 1 },
    ...{ sha256: sha256(pixelsOf(row)), score: 0.9 - row / count, probability: 0.8 },
  }));
  await minedFile(runId, 0).write(store, { score: 'similarity', classes: names, rows });
  const pixels = Uint8Array.from(rows.flatMap(({ row }) => [...pixelsOf(row)]));
  await shardFiles(runId, 0, 0).images.write(store, { size: SIZE, channels: 1, count, pixels });
  const counts = Array.from({ length: HISTOGRAM_BINS }, (_, bin) => (bin > 1200 && bin < 1800 ? bin % 90 : 0));
  const nets = { sums: [0], squares: [0], squaredTotals: 0, squaredSureness: 0 };
  const histogram = { counts, sureness: counts, nets, byClass: new Array<number>(classes).fill(1), ofClasses: [] };
  await shardFiles(runId, 0, 0).histogram.write(store, histogram);
}

async function writeSets(
  store: Store,
  runId: string,
  classes: readonly string[],
  config: Summary['config'],
): Promise<void> {
  for (const spec of setsOf(config)) {
    const { factor } = METHODS[spec.method];
    const count = spec.ipc * classes.length;
    const views = factor ** 2;
    const draw = random('labels', setName(spec));
    const labels = new Float32Array(count * views * classes.length).fill(0.2 / classes.length);
    for (let view = 0; view < count * views; view++) {
      labels[view * classes.length + draw.below(classes.length)]! += 0.8;
    }
    await writeDistilled(store, distilledFolder(runId, { ...spec, draw: 0 }), {
      ...{ size: SIZE, channels: 1, count, labels },
      pixels: Float32Array.from({ length: count * SIZE ** 2 }, () => draw.next()),
      classOf: Int32Array.from({ length: count }, (_, i) => Math.floor(i / spec.ipc)),
      spec: {
        ...{ spec, draw: 0, classes: [...classes], size: SIZE, channels: 1, factor, images: count },
        normalization: { kind: 'per-image', deviationFloor: 1e-3 },
        provenance: Array.from({ length: count }, (_, i) => [`pool/${i}.png`]),
      },
    });
  }
}
