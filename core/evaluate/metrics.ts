import type { Score } from '../contracts/evaluation.ts';
import type { LabelledImages } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import { argmaxRows } from '../nets/logits.ts';
import type { Weights } from '../nets/weights.ts';

/**
 * Accuracy, macro recall and confusion counts of predictions.
 * A class that the benchmark does not have counts neither for nor against macro recall.
 */
export const scoreOf = (predictions: Int32Array, labels: Int32Array, classes: number, seed: number): Score => {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => (confusion[label]![predictions[i]!]! += 1));
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  const recalls = confusion.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? [] : [row[label]! / total];
  });
  return {
    seed,
    accuracy: right / labels.length,
    macroRecall: recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length,
    confusion,
  };
};

/** The score of the mean of some nets on a benchmark, each prediction averaged over the image and its mirror. */
export const scoreNets = async (nets: readonly Weights[], benchmark: LabelledImages, seed: number): Promise<Score> => {
  const { classes } = nets[0]!.net;
  return scoreOf(argmaxRows(await ensembleSoftLabels(nets, benchmark), classes), benchmark.labels, classes, seed);
};
