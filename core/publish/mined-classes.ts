import { readMinedColumns } from '../artifacts/mined-rows.ts';
import type { Summary } from '../contracts/summary.ts';
import type { Store } from '../store/store.ts';

/** The mined images of a class: their ranks, the surest first, and what they sum up to. */
export interface MinedClass {
  readonly ranks: Uint32Array;
  readonly meanProbability: number;
  /** The sum of their weights in training. */
  readonly drawn: number;
}

/** The mined set by class, in the order of the run's classes, without its keys: of a large one they fill the memory. */
export const readMinedClasses = async (store: Store, { runId, classes, mined }: Summary): Promise<MinedClass[]> => {
  const { labels, probabilities, weights } = await readMinedColumns(store, runId, mined.round);
  const sums = classes.map(() => ({ images: 0, probability: 0, drawn: 0 }));
  for (const [rank, label] of labels.entries()) {
    const sum = sums[label]!;
    sum.images += 1;
    sum.probability += probabilities[rank]!;
    sum.drawn += weights[rank]!;
  }
  const ranks = sums.map(({ images }) => new Uint32Array(images));
  const filled = sums.map(() => 0);
  for (const [rank, label] of labels.entries()) ranks[label]![filled[label]!++] = rank;
  return sums.map(({ images, probability, drawn }, label) => ({
    ranks: ranks[label]!,
    meanProbability: probability / Math.max(1, images),
    drawn,
  }));
};
