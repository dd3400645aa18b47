import type { Comparison, Estimate } from '../../core/contracts/results.ts';
import { compare } from '../../core/statistics/compare.ts';
import { type Crossed, weighted } from '../../core/statistics/crossed.ts';
import { estimate } from '../../core/statistics/estimate.ts';
import { macroWeights } from '../../core/statistics/macro-weights.ts';
import { rightAnswers } from '../../core/statistics/right-answers.ts';
import { bytes, hundredths, points, signedPoints } from '../../core/text/format.ts';
import { type Bench, type Found, find, type Trial } from './measure.ts';
import { type Row, rowName } from './rows.ts';

/** A row's trials together. */
export interface Measured {
  readonly row: Row;
  readonly bytes: number;
  readonly right: Crossed;
  readonly accuracy: Estimate;
  readonly recall: Estimate;
}

/** What every row is worth, by its bytes. */
export const measuredRows = (bench: Bench, rows: readonly Row[], trials: readonly Trial[]): Measured[] => {
  const weights = macroWeights(bench.benchmark.labels);
  return rows.map((row) => measuredOf(bench, row, trials, weights)).sort((a, b) => a.bytes - b.bytes);
};

/** The same as Markdown, beside random images with the same labels. */
export const tableOf = (all: readonly Measured[], labels: Int32Array): string => {
  const weights = macroWeights(labels);
  const lines = all.map((one) => {
    const rival = all.find(
      ({ row }) =>
        row.method === 'random' &&
        one.row.method !== 'random' &&
        one.row.method !== 'no-pool' &&
        row.ipc === one.row.ipc &&
        row.views === one.row.views &&
        row.labels === one.row.labels,
    );
    const by = rival && compare(one.right, rival.right, weights);
    return `| ${[rowName(one.row), bytes(one.bytes), level(one.accuracy), level(one.recall), by === undefined ? '' : over(by)].join(' | ')} |`;
  });
  return [
    '| what is sent | bytes | accuracy %, 95 % | macro recall %, 95 % | over random, points |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
};

function measuredOf(bench: Bench, row: Row, trials: readonly Trial[], weights: Float64Array): Measured {
  const own = trials.filter((trial) => trial.row === row);
  const draws = 1 + Math.max(...own.map(({ draw }) => draw));
  const { labels, count } = bench.benchmark;
  const classes = bench.input.classes.length;
  const found = own.map((trial) => find(bench, trial) as Found);
  const values = found.flatMap(({ probabilities }) => [...rightAnswers(probabilities, labels, classes)]);
  const right = { seeds: own.length / draws, draws, images: count, values };
  return {
    row,
    bytes: Math.round(found.reduce((sum, one) => sum + one.bytes, 0) / found.length),
    right,
    accuracy: estimate(right, [0, 1]),
    recall: estimate(weighted(right, weights), [0, 1]),
  };
}

function level({ mean, low, high }: Estimate): string {
  return `${hundredths(mean)} (${hundredths(low)} to ${hundredths(high)})`;
}

function over(by: Comparison): string {
  return `${points(by)}, macro ${signedPoints(by.macroRecall.mean)}`;
}
