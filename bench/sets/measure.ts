import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DistilledImages } from '../../core/artifacts/distilled.ts';
import type { RunConfig } from '../../core/contracts/config.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { imageAt, toBytes } from '../../core/data/images.ts';
import { distilSet } from '../../core/distill/distil-set.ts';
import type { DistillInput } from '../../core/distill/method.ts';
import { trainOnSet } from '../../core/evaluate/only.ts';
import { predictBenchmark } from '../../core/evaluate/predict-benchmark.ts';
import { encodePng } from '../../core/format/png.ts';
import { type BankLabels, bitsOf, kept, type Row, rowName } from './rows.ts';

/** One net that is trained on one draw of what a row sends. */
export interface Trial {
  readonly row: Row;
  readonly draw: number;
  readonly seed: number;
}

/** What the trials of a run need, and what they have done. */
export interface Bench {
  readonly input: DistillInput;
  readonly benchmark: ImageSet;
  /** Predictions and sizes by trial; what lies there is not done again. */
  readonly folder: string;
}

/** What one trial found. */
export interface Found {
  /** Of the images as PNG and the labels. */
  readonly bytes: number;
  /** `[images, classes]` of the benchmark. */
  readonly probabilities: Float32Array;
}

const placeOf = ({ folder }: Bench, { row, draw, seed }: Trial): string =>
  join(folder, rowName(row), `${draw}-${seed}`);

/** What a trial found before, or `undefined` where it was not made. */
export const find = (bench: Bench, trial: Trial): Found | undefined => {
  const place = placeOf(bench, trial);
  if (!existsSync(`${place}.json`)) return undefined;
  const { bytes } = JSON.parse(readFileSync(`${place}.json`, 'utf8')) as { readonly bytes: number };
  const stored = readFileSync(`${place}.f32`);
  return {
    bytes,
    probabilities: new Float32Array(stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.length)),
  };
};

/** Makes the draw of a row's set, trains a net on it alone, and keeps what it says of the benchmark. */
export const measure = async (bench: Bench, trial: Trial, sets: Map<string, DistilledImages>): Promise<void> => {
  const { row, draw, seed } = trial;
  const { config } = bench.input;
  const whole = await setOf(bench, row, draw, sets);
  const set = cut(whole, row);
  const labels = row.views > 0 ? undefined : (row.labels as 'fixed' | 'hard');
  const weights = await trainOnSet(set, config, seed, { labels });
  const probabilities = await predictBenchmark([weights], bench.benchmark);
  const place = placeOf(bench, trial);
  mkdirSync(join(place, '..'), { recursive: true });
  writeFileSync(`${place}.f32`, Buffer.from(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength));
  writeFileSync(`${place}.json`, JSON.stringify({ bytes: pngBytes(set) + labelBytes(set, row) }));
};

/** A set with the longest bank that is asked for: shorter ones are its beginnings. */
async function setOf(
  bench: Bench,
  { method, ipc }: Row,
  draw: number,
  sets: Map<string, DistilledImages>,
): Promise<DistilledImages> {
  const key = `${method}-${ipc}-${draw}`;
  const set = sets.get(key) ?? (await distilSet({ method, ipc, draw }, bench.input));
  sets.clear();
  sets.set(key, set);
  return set;
}

function cut(set: DistilledImages, { views, labels }: Row): DistilledImages {
  const { bank } = set;
  if (views === 0 || bank === undefined) return set;
  const classes = bank.card.classes.length;
  const rows = bank.labels.slice(0, views * classes);
  return {
    ...set,
    bank: {
      ...bank,
      count: views,
      labels: kept(labels as BankLabels, rows, classes),
    },
  };
}

function pngBytes(set: DistilledImages): number {
  const bytes = toBytes(set);
  return Array.from(
    { length: set.count },
    (_, i) => encodePng(imageAt(bytes, i), set.size, set.size, set.channels).length,
  ).reduce((sum, length) => sum + length, 0);
}

function labelBytes({ spec }: DistilledImages, { views, labels }: Row): number {
  const classes = spec.classes.length;
  if (views > 0) return Math.ceil((views * bitsOf(labels as BankLabels, classes)) / 8);
  return labels === 'hard' ? 0 : spec.images * spec.factor ** 2 * classes;
}

/** The run's settings with as long a bank as the longest row. */
export const withViews = (config: RunConfig, rows: readonly Row[]): RunConfig => ({
  ...config,
  distill: {
    ...config.distill,
    bank: { ...config.distill.bank, views: Math.max(1, ...rows.map(({ views }) => views)) },
  },
});
