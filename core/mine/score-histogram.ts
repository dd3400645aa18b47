import type { ScoreHistogram } from '../contracts/mined.ts';
import { CLASS_BINS, classBinOf, HISTOGRAM_BINS } from '../contracts/mining-scores.ts';

/** Counts scored images without keeping them. */
export interface HistogramBuilder {
  /** @param probability - calibrated, of the pseudo-label */
  add(label: number, bin: number, probability: number): void;
  soFar(): ScoreHistogram;
}

/** @param eachClass - whether each class gets its own bins: with a thousand classes they are most of the file */
export const scoreHistogram = (classes: number, eachClass = false): HistogramBuilder => {
  const histogram: ScoreHistogram = {
    counts: new Array<number>(HISTOGRAM_BINS).fill(0),
    expectedRight: new Array<number>(HISTOGRAM_BINS).fill(0),
    byClass: new Array<number>(classes).fill(0),
    ofClasses: Array.from({ length: eachClass ? classes : 0 }, () => new Array<number>(CLASS_BINS).fill(0)),
  };
  return {
    add(label, bin, probability) {
      histogram.counts[bin]! += 1;
      histogram.expectedRight[bin]! += probability;
      histogram.byClass[label]! += 1;
      if (eachClass) histogram.ofClasses[label]![classBinOf(bin)]! += 1;
    },
    soFar: () => histogram,
  };
};
