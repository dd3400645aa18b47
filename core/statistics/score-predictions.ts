import { LEAST_IMAGES, type Score } from '../contracts/evaluation.ts';
import { argmaxRows } from '../nets/logits.ts';
import { countConfusions } from './confusions.ts';
import { mean } from './mean.ts';
import { brierScore, negativeLogLikelihood } from './proper-scores.ts';
import { expectedCalibrationError, reliabilityBins } from './reliability.ts';
import { total } from './total.ts';

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
  const confusion = countConfusions(labels, argmaxRows(p, classes), classes);
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  const recall = confusion.map((row, label) => {
    const images = total(row);
    return images === 0 ? null : row[label]! / images;
  });
  const known = recall.filter((share) => share !== null);
  const measurable = labels.length >= LEAST_IMAGES;
  return {
    accuracy: right / labels.length,
    macroRecall: mean(known),
    recall,
    brier: brierScore(p, labels, classes),
    nll: negativeLogLikelihood(p, labels, classes),
    ece: measurable ? expectedCalibrationError(reliabilityBins(p, labels, classes)) : null,
    confusion,
  };
};
