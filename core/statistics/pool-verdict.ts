import { LEAST_IMAGES } from '../contracts/evaluation.ts';
import type { PoolVerdict, PoolVerdictWord } from '../contracts/pool-verdict.ts';
import type { FoldComparison } from '../nets/fold-comparison.ts';
import { probabilities } from '../nets/logits.ts';
import { mean } from './mean.ts';
import { pairedMean } from './paired-mean.ts';
import { brierScores } from './proper-scores.ts';
import { rightAnswers } from './right-answers.ts';
import { fitTemperature } from './temperature.ts';

/** Standard errors, one-sided 5 %: what the Brier score has to reach to tell anything. */
const BRIER_TELLS = 1.64;
/** Standard errors, one-sided 2.5 %: accuracy sees less than the Brier score, so it alone has to be surer. */
const ACCURACY_TELLS = 1.96;

/**
 * The word for two paired comparisons, in standard errors, positive where the mined images help. It pays where the Brier score says
 * so and accuracy does not deny it; one of the two is enough for harm.
 * @param images - that both are means over: a few of them tell neither gain nor harm
 * @param wideGap - the pool shows other images than the labelled set: what helps on those need not help on what the pool shows, so
 * nothing is said to pay
 */
export const poolVerdictWord = (brier: number, accuracy: number, images: number, wideGap: boolean): PoolVerdictWord => {
  if (images < LEAST_IMAGES) return 'no-evidence';
  if (brier < -BRIER_TELLS || accuracy < -ACCURACY_TELLS) return 'harms';
  return brier > BRIER_TELLS && accuracy >= 0 && !wideGap ? 'pays' : 'no-evidence';
};

/** Whether the mined images help nets on labelled images that those had not seen. @param folds - at least two */
export const judgePool = (folds: readonly FoldComparison[], classes: number, wideGap: boolean): PoolVerdict => {
  const labels = Int32Array.from(folds.flatMap((fold) => [...fold.labels]));
  const measure = (score: (fold: FoldComparison, index: number, side: Side) => readonly number[], better: 1 | -1) => {
    const [mined, control] = (['mined', 'control'] as const).map((side) =>
      folds.flatMap((fold, index) => score(fold, index, side)),
    ) as [number[], number[]];
    const gains = mined.map((value, i) => better * (value - control[i]!));
    return { mined: mean(mined), control: mean(control), gain: pairedMean(gains, labels) };
  };
  const accuracy = measure((fold, _, side) => [...rightAnswers(fold[side], fold.labels, classes)], 1);
  const brier = measure((fold, index, side) => {
    const others = folds.filter((_, other) => other !== index);
    return brierScores(probabilities(fold[side], classes, temperatureOf(others, side, classes)), fold.labels, classes);
  }, -1);
  return {
    verdict: poolVerdictWord(brier.gain.t, accuracy.gain.t, labels.length, wideGap),
    wideGap,
    images: labels.length,
    folds: folds.length,
    accuracy,
    brier,
  };
};

type Side = 'mined' | 'control';

/** Of the nets of one side, from the folds that are not being judged. */
function temperatureOf(folds: readonly FoldComparison[], side: Side, classes: number): number {
  const logits = Float32Array.from(folds.flatMap((fold) => [...fold[side]]));
  return fitTemperature(logits, Int32Array.from(folds.flatMap((fold) => [...fold.labels])), classes);
}
