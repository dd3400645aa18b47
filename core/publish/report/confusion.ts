import { evaluationFile } from '../../artifacts/run.ts';
import type { Score } from '../../contracts/evaluation.ts';
import { total } from '../../statistics/total.ts';
import type { Store } from '../../store/store.ts';

/** Counts of truth and prediction, summed over seeds. */
export interface PooledConfusion {
  readonly seeds: number;
  /** `counts[truth][prediction]` */
  readonly counts: readonly (readonly number[])[];
}

/** Sum of the confusion matrices of several seeds. */
export const pooled = (scores: readonly Score[]): PooledConfusion => ({
  seeds: scores.length,
  counts: (scores[0]?.confusion ?? []).map((row, truth) =>
    row.map((_, prediction) => scores.reduce((sum, { confusion }) => sum + confusion[truth]![prediction]!, 0)),
  ),
});

/** Pooled confusion of an arm by benchmark. */
export const readConfusions = async (
  store: Store,
  runId: string,
  arm: string,
): Promise<Readonly<Record<string, PooledConfusion>>> => {
  const { scores } = await evaluationFile(runId, arm).read(store);
  return Object.fromEntries(Object.entries(scores).map(([benchmark, some]) => [benchmark, pooled(some)]));
};

/** Images of a benchmark: every seed saw each once. */
export const imagesIn = ({ counts, seeds }: PooledConfusion): number => total(counts.map(total)) / Math.max(1, seeds);

/** Share of each class that was recognised; a class that the benchmark lacks has none. */
export const recalls = ({ counts }: PooledConfusion): (number | undefined)[] =>
  counts.map((row, truth) => (total(row) === 0 ? undefined : row[truth]! / total(row)));

/** Mean of the recalls of the classes that the benchmark has. */
export const macroRecallOf = (confusion: PooledConfusion): number => {
  const known = recalls(confusion).filter((recall) => recall !== undefined);
  return total(known) / Math.max(1, known.length);
};

/** Part of a class's images that were taken for each class; all 0 for a class that the benchmark lacks. */
export const sharesOf = (row: readonly number[]): number[] => {
  const images = total(row);
  return row.map((value) => (images === 0 ? 0 : value / images));
};

/** A class that was taken for another one, how often: in images a seed, and as a share of its images. */
export interface ConfusedPair {
  readonly truth: number;
  readonly prediction: number;
  readonly images: number;
  readonly share: number;
}

/** The mistakes that are made most, the most frequent first. */
export const confusedPairs = ({ counts, seeds }: PooledConfusion, most: number): ConfusedPair[] =>
  counts
    .flatMap((row, truth) => {
      const shares = sharesOf(row);
      return row.flatMap((value, prediction) =>
        value === 0 || truth === prediction
          ? []
          : [{ truth, prediction, images: value / Math.max(1, seeds), share: shares[prediction]! }],
      );
    })
    .sort((a, b) => b.images - a.images)
    .slice(0, most);

/**
 * An order in which classes that are taken for each other stand side by side: always the one next that is most often
 * confused with the last.
 */
export const clusteredOrder = ({ counts }: PooledConfusion): number[] => {
  const between = (a: number, b: number): number => (counts[a]![b] ?? 0) + (counts[b]![a] ?? 0);
  const left = new Set(counts.keys());
  const order: number[] = [];
  while (left.size > 0) {
    const last = order.at(-1);
    let [next] = left;
    if (last !== undefined) {
      for (const one of left) if (between(last, one) > between(last, next!)) next = one;
    }
    left.delete(next!);
    order.push(next!);
  }
  return order;
};
