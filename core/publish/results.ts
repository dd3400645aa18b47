import { type BenchmarkPredictions, predictionsFile } from '../artifacts/predictions.ts';
import { evaluationFile } from '../artifacts/run.ts';
import { type Arm, type ArmName, armName, armsOf, isPlanned, referencesOf } from '../contracts/arms.ts';
import type { Evaluation, NetScore } from '../contracts/evaluation.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Comparison, Results, Spread } from '../contracts/results.ts';
import { DataError } from '../errors.ts';
import { compare } from '../statistics/compare.ts';
import { type Crossed, weighted } from '../statistics/crossed.ts';
import { crossedInterval } from '../statistics/crossed-interval.ts';
import { holm } from '../statistics/holm.ts';
import { macroWeights } from '../statistics/macro-weights.ts';
import { rightAnswers } from '../statistics/right-answers.ts';
import { spreadOverDraws } from '../statistics/spread.ts';
import type { Store } from '../store/store.ts';

/** An arm on one benchmark: its nets' scores, and which of their answers are right. */
interface Measured {
  readonly arm: Arm;
  readonly images: number;
  readonly scores: readonly NetScore[];
  readonly right: Crossed;
  readonly weights: Float64Array;
  readonly order: string;
}

/**
 * What a run measured, from the predictions of all its arms.
 * @returns the tables, and how many images each arm stands for
 * @throws DataError when a result that the plan promises is missing, or was measured on other images than another
 */
export const readResults = async (store: Store, plan: Plan): Promise<Results & { images: Record<ArmName, number> }> => {
  const benchmarks = Object.keys(plan.benchmarks);
  const byBenchmark = new Map(benchmarks.map((name) => [name, [] as Measured[]]));
  // One arm after the other: their predictions are large, and little of them is kept.
  for (const arm of armsOf(plan.config)) {
    const evaluation = await evaluationFile(plan.runId, armName(arm)).read(store);
    const predictions = await predictionsFile(plan.runId, armName(arm)).read(store);
    for (const [name, all] of byBenchmark) all.push(measuredOn(name, arm, evaluation, predictions.get(name)));
  }
  const table = <Cell>(cell: (one: Measured) => Cell): Record<string, Record<ArmName, Cell>> =>
    Object.fromEntries(
      [...byBenchmark].map(([name, all]) => [
        name,
        Object.fromEntries(all.map((one) => [armName(one.arm), cell(one)] as const)),
      ]),
    );
  const measurable = [...byBenchmark].filter(([, all]) => all.every(({ scores }) => scores[0]!.ece !== null));
  const ece = table((one) => spreadOf(one, ({ ece: error }) => error ?? 0));
  const first = [...byBenchmark.values()][0] ?? [];
  return {
    accuracy: table((one) => ({
      ...spreadOf(one, ({ accuracy }) => accuracy),
      ...crossedInterval(one.right, SHARE),
    })),
    macroRecall: table((one) => ({
      ...spreadOf(one, ({ macroRecall }) => macroRecall),
      ...crossedInterval(weighted(one.right, one.weights), SHARE),
    })),
    recall: table((one) => recallOf(one, plan.classes)),
    brier: table((one) => spreadOf(one, ({ brier }) => brier)),
    nll: table((one) => spreadOf(one, ({ nll }) => nll)),
    ece: Object.fromEntries(measurable.map(([name]) => [name, ece[name]!])),
    comparisons: Object.fromEntries([...byBenchmark].map(([name, all]) => [name, comparisonsOf(all)])),
    images: Object.fromEntries(first.map(({ arm, images }) => [armName(arm), images])),
  };
};

const SHARE = [0, 1] as const;

function measuredOn(
  benchmark: string,
  arm: Arm,
  { images, scores }: Evaluation,
  predictions: BenchmarkPredictions | undefined,
): Measured {
  const found = scores[benchmark];
  if (found === undefined || predictions === undefined) {
    throw new DataError(`${armName(arm)} was not evaluated on ${benchmark}.`);
  }
  const { labels, probabilities, classes, order } = predictions;
  const values = rightAnswers(probabilities, labels, classes);
  return { arm, images, scores: found, right: { ...predictions, values }, weights: macroWeights(labels), order };
}

/** A figure of every net, over seeds and draws. */
function spreadOf({ scores, right }: Measured, figure: (score: NetScore) => number): Spread {
  const bySeed = Array.from({ length: right.seeds }, (_, seed) =>
    scores.slice(seed * right.draws, (seed + 1) * right.draws).map(figure),
  );
  return spreadOverDraws(bySeed);
}

function recallOf(one: Measured, classes: readonly string[]): Record<string, Spread> {
  const known = classes.flatMap((name, label) =>
    one.scores[0]!.recall[label] == null ? [] : [[name, label] as const],
  );
  return Object.fromEntries(known.map(([name, label]) => [name, spreadOf(one, ({ recall }) => recall[label] ?? 0)]));
}

function comparisonsOf(all: readonly Measured[]): Record<ArmName, Record<ArmName, Comparison>> {
  const byName = new Map(all.map((one) => [armName(one.arm), one]));
  const pairs = all.flatMap((one) =>
    referencesOf(one.arm).flatMap((reference) => {
      const other = byName.get(reference);
      // A run need not make the sets that a rival is.
      if (other === undefined) return [];
      if (other.order !== one.order) {
        throw new DataError(`${armName(one.arm)} and ${reference} were not measured on the same images.`);
      }
      return { arm: one.arm, reference, comparison: compare(one.right, other.right, one.weights) };
    }),
  );
  const planned = pairs.filter(({ arm, reference }) => isPlanned(arm, reference));
  const corrected = holm(planned.map(({ comparison }) => comparison.p));
  const table: Record<ArmName, Record<ArmName, Comparison>> = {};
  for (const pair of pairs) {
    const { arm, reference, comparison } = pair;
    const pHolm = corrected[planned.indexOf(pair)];
    const cell = pHolm === undefined ? comparison : { ...comparison, pHolm };
    table[armName(arm)] = { ...table[armName(arm)], [reference]: cell };
  }
  return table;
}
