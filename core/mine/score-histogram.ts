import type { ScoreHistogram } from '../contracts/mined.ts';
import { CLASS_BINS, classBinOf, HISTOGRAM_BINS } from '../contracts/mining-scores.ts';

/** Counts scored images without keeping them. */
export interface HistogramBuilder {
  /** @param sureness - of the pseudo-label @param alone - of that of each net, asked alone */
  add(label: number, bin: number, sureness: number, alone: readonly number[]): void;
  soFar(): ScoreHistogram;
}

/**
 * @param nets - that mine
 * @param eachClass - whether each class gets its own bins: with a thousand classes they are most of the file
 */
export const scoreHistogram = (classes: number, nets: number, eachClass = false): HistogramBuilder => {
  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const histogram: ScoreHistogram = {
    counts: zeros(HISTOGRAM_BINS),
    sureness: zeros(HISTOGRAM_BINS),
    nets: { sums: zeros(nets), squares: zeros(nets), squaredTotals: 0, squaredSureness: 0 },
    byClass: zeros(classes),
    ofClasses: Array.from({ length: eachClass ? classes : 0 }, () => zeros(CLASS_BINS)),
  };
  const sums = histogram.nets;
  return {
    add(label, bin, sureness, alone) {
      histogram.counts[bin]! += 1;
      histogram.sureness[bin]! += sureness;
      histogram.byClass[label]! += 1;
      if (eachClass) histogram.ofClasses[label]![classBinOf(bin)]! += 1;
      let total = 0;
      for (const [net, one] of alone.entries()) {
        sums.sums[net]! += one;
        sums.squares[net]! += one * one;
        total += one;
      }
      sums.squaredTotals += total * total;
      sums.squaredSureness += sureness * sureness;
    },
    soFar: () => histogram,
  };
};
