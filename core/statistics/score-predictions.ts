import { LEAST_IMAGES, type Score } from '../contracts/evaluation.ts';
import { argmaxRows } from '../nets/logits.ts';
import { brierScore, negativeLogLikelihood } from './proper-scores.ts';
import { expectedCalibrationError, reliabilityBins } from './reliability.ts';

/**
 * Every figure of one net on a benchmark. The prediction is the likeliest class, the first of equals.
 * A class that the benchmark does not have counts neither for nor against macro recall.
 * @param p - probabilities `[n, classes]`
 */
export const scorePredictions = (
  p: Float32Array,
  labels: Int32Array,
  classes: number,
): Omit<Score, 'seed' | 'draw'> => {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const predictions = argmaxRows(p, classes);
  labels.forEach((label, i) => (confusion[label]![predictions[i]!]! += 1));
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  const recall = confusion.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? null : row[label]! / total;
  });
  const known = recall.filter((share) => share !== null);
  const measurable = labels.length >= LEAST_IMAGES;
  return {
    accuracy: right / labels.length,
    macroRecall: known.reduce((sum, share) => sum + share, 0) / known.length,
    recall,
    brier: brierScore(p, labels, classes),
    nll: negativeLogLikelihood(p, labels, classes),
    ece: measurable ? expectedCalibrationError(reliabilityBins(p, labels, classes)) : null,
    confusion,
  };
};
