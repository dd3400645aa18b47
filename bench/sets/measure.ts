import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelBank } from '../../core/artifacts/bank.ts';
import type { DistilledImages } from '../../core/artifacts/distilled.ts';
import { bankData } from '../../core/bank/bank-data.ts';
import { makeBank } from '../../core/bank/make-bank.ts';
import type { RunConfig } from '../../core/contracts/config.ts';
import type { NetName } from '../../core/contracts/nets.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { distilSet } from '../../core/distill/distil-set.ts';
import type { DistillInput } from '../../core/distill/method.ts';
import { boost, labelledWith, viewsWith } from '../../core/evaluate/boost.ts';
import { trainOnSet } from '../../core/evaluate/only.ts';
import { predictBenchmark } from '../../core/evaluate/predict-benchmark.ts';
import { setData } from '../../core/evaluate/set-data.ts';
import type { Weights } from '../../core/nets/weights.ts';
import { afterSteps } from './after-steps.ts';
import { bankBytes, pngBytes, setLabelBytes } from './bytes.ts';
import { type BankLabels, kept, NO_POOL, type Row, rowName } from './rows.ts';

/**
 * What the sets are for: a net from nothing, a short fine-tune of a primitive beside the labelled images, or the few steps of plain gradient
 * descent on the set alone that `unrolled` makes them for.
 */
export const USES = ['only', 'boost', 'steps'] as const;
export type Use = (typeof USES)[number];

/** One net that is trained on one draw of what a row sends. */
export interface Trial {
  readonly row: Row;
  readonly draw: number;
  readonly seed: number;
}

/** What the trials of a run need, and what they have done. */
export interface Bench {
  readonly use: Use;
  /** That learns from a set alone: sets are made by the run's own nets, whatever it is. */
  readonly net: NetName;
  /** That each net learns for. @default those of the run */
  readonly steps: number | undefined;
  /** Of the steps of plain gradient descent on a set that brings none; what it brings counts first. */
  readonly stepSize: number;
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

const placeOf = ({ folder, use, net, steps, stepSize }: Bench, { row, draw, seed }: Trial): string => {
  const way = [use, ...(use === 'steps' ? [stepSize] : []), ...(steps === undefined ? [] : [`in-${steps}`])].join('-');
  return join(folder, way, net, rowName(row), `${draw}-${seed}`);
};

/** What a trial found before, or `undefined` where it was not made. */
export const find = (bench: Bench, trial: Trial): Found | undefined => {
  const place = placeOf(bench, trial);
  if (!existsSync(`${place}.json`)) return undefined;
  const { bytes } = JSON.parse(readFileSync(`${place}.json`, 'utf8')) as { readonly bytes: number };
  const stored = readFileSync(`${place}.f32`);
  const probabilities = new Float32Array(stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.length));
  return { bytes, probabilities };
};

/** Sets and banks that were made, of which all trials of one draw need the same. */
export interface Made {
  readonly sets: Map<string, DistilledImages>;
  readonly labelled: Map<number, LabelBank>;
}

/** Makes what a row sends, trains a net on it, and keeps what that says of the benchmark. */
export const measure = async (bench: Bench, trial: Trial, made: Made): Promise<void> => {
  const { row } = trial;
  const whole = row.method === NO_POOL ? undefined : await setOf(bench, row.method, trial, made);
  const set = whole && cut(whole, row);
  const { probabilities, labels } = await learned(bench, trial, set, made);
  const place = placeOf(bench, trial);
  mkdirSync(join(place, '..'), { recursive: true });
  writeFileSync(`${place}.f32`, Buffer.from(probabilities.buffer, probabilities.byteOffset, probabilities.byteLength));
  const sent = set === undefined ? 0 : pngBytes(set) + setLabelBytes(set, row);
  writeFileSync(`${place}.json`, JSON.stringify({ bytes: sent + labels }));
};

/** What is known after learning from what a row sends, and bytes of labels that are sent beside the set's own. */
async function learned(
  bench: Bench,
  trial: Trial,
  set: DistilledImages | undefined,
  made: Made,
): Promise<{ readonly probabilities: Float32Array; readonly labels: number }> {
  const { input, benchmark, stepSize, steps = input.config.distill.unroll.steps } = bench;
  if (bench.use === 'steps') {
    const hard = trial.row.labels === 'hard';
    const probabilities = await afterSteps(alone(set, trial), hard, input.primitives[trial.seed]!, benchmark, {
      steps,
      stepSize,
    });
    return { probabilities, labels: 0 };
  }
  const { weights, labels } =
    bench.use === 'only' ? await fromNothing(bench, trial, set) : await boosted(bench, trial, set, made);
  return { probabilities: await predictBenchmark([weights], benchmark), labels };
}

function alone(set: DistilledImages | undefined, { row }: Trial): DistilledImages {
  if (set === undefined) throw new RangeError(`${rowName(row)} sends no image: it is for a boost.`);
  return set;
}

interface Trained {
  readonly weights: Weights;
  /** Bytes of labels that are sent beside the set's own. */
  readonly labels: number;
}

async function fromNothing(
  { input, net: name, steps }: Bench,
  trial: Trial,
  set: DistilledImages | undefined,
): Promise<Trained> {
  const { row, seed } = trial;
  const labels = row.views > 0 ? undefined : (row.labels as 'fixed' | 'hard');
  const config = withSteps({ ...input.config, net: { ...input.config.net, name } }, steps);
  return { weights: await trainOnSet(alone(set, trial), config, seed, { labels }), labels: 0 };
}

/** Who has the labelled images gets labels of their views, too, where the row sends labels of views. */
async function boosted(bench: Bench, trial: Trial, set: DistilledImages | undefined, made: Made): Promise<Trained> {
  const { labelled, classes } = bench.input;
  const config = withSteps(bench.input.config, bench.steps);
  const { row, draw, seed } = trial;
  const stream = ['sets', rowName(row), draw, seed];
  const extra = set && setData(set, row.views > 0 ? undefined : (row.labels as 'fixed' | 'hard'), config);
  if (row.views === 0) {
    const data = labelledWith(labelled, classes.length, extra, config);
    return { weights: await boost(bench.input.primitives[seed]!, data, config, stream), labels: 0 };
  }
  const bank = cutBank(await labelledBankOf(bench, draw, made), row);
  const data = viewsWith(labelled, bankData(bank, labelled), extra, config);
  const weights = await boost(bench.input.primitives[seed]!, data, config, stream);
  return { weights, labels: bankBytes(row, classes.length) };
}

/** A set with the longest bank that is asked for: shorter ones are its beginnings. */
async function setOf(
  { input }: Bench,
  method: Exclude<Row['method'], typeof NO_POOL>,
  { row: { ipc }, draw }: Trial,
  { sets }: Made,
): Promise<DistilledImages> {
  const key = `${method}-${ipc}-${draw}`;
  const set = sets.get(key) ?? (await distilSet({ method, ipc, draw }, input));
  sets.clear();
  sets.set(key, set);
  return set;
}

async function labelledBankOf({ input }: Bench, draw: number, { labelled }: Made): Promise<LabelBank> {
  const { teachers, classes, config } = input;
  const known = labelled.get(draw);
  const images = { ...input.labelled, factor: 1 } as const;
  const bank = known ?? (await makeBank(images, classes, teachers, config, ['labelled', draw]));
  labelled.set(draw, bank);
  return bank;
}

function cut(set: DistilledImages, row: Row): DistilledImages {
  return row.views === 0 || set.bank === undefined ? set : { ...set, bank: cutBank(set.bank, row) };
}

function cutBank(bank: LabelBank, { views, labels }: Row): LabelBank {
  const classes = bank.card.classes.length;
  const rows = bank.labels.slice(0, views * classes);
  return { ...bank, count: views, labels: kept(labels as BankLabels, rows, classes) };
}

/** The run's settings with as long a bank as the longest row. */
export const withViews = (config: RunConfig, rows: readonly Row[]): RunConfig => {
  const { bank, ...distill } = config.distill;
  const views = Math.max(1, ...rows.map((row) => row.views));
  return { ...config, distill: { ...distill, bank: { ...bank, views } } };
};

/** The run's settings with another number of steps that nets learn from a set. @param steps - `undefined` leaves the run's */
export const withSteps = (config: RunConfig, steps: number | undefined): RunConfig => {
  if (steps === undefined) return config;
  const { only, boost, ...evaluate } = config.evaluate;
  return { ...config, evaluate: { ...evaluate, only: { ...only, steps }, boost: { ...boost, steps } } };
};
