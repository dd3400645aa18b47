import { LEAST_IMAGES } from '../contracts/evaluation.ts';
import type { PairedMean, PoolVerdict, PoolVerdictWord } from '../contracts/pool-verdict.ts';
import { count, signedPoints } from './format.ts';

const FINDING: Readonly<Record<PoolVerdictWord, string>> = {
  pays: 'The mined images pay',
  'no-evidence': 'No evidence that the mined images help, or that they do harm',
  harms: 'The mined images do harm',
};

/** What cross-fitting says of the mined images, with its numbers; no benchmark has a word in it. */
export const verdictSentence = ({ verdict, wideGap, images, accuracy, brier }: PoolVerdict): string =>
  `${FINDING[verdict]}, as far as ${count(images)} labelled images tell, each asked of two nets that had not seen it, one ` +
  `trained with mined images and one without: accuracy ${signedPoints(accuracy.gain.mean)} points ` +
  `(95 %: ${signedPoints(accuracy.gain.low)} to ${signedPoints(accuracy.gain.high)}${standardErrors(accuracy.gain)}), ` +
  `Brier score better by ${signed(brier.gain.mean)} (95 %: ${signed(brier.gain.low)} to ${signed(brier.gain.high)}` +
  `${standardErrors(brier.gain)}).${images < LEAST_IMAGES ? ` Fewer than ${LEAST_IMAGES} images tell neither gain nor harm.` : ''}` +
  `${wideGap ? ' The pool shows other images than the labelled set, so this cannot pass for a gain.' : ''}`;

function standardErrors({ t }: PairedMean): string {
  return `; t ${signed(t, 2)}`;
}

function signed(value: number, digits = 4): string {
  const size = Math.abs(value).toFixed(digits);
  return Number(size) === 0 ? size : `${value < 0 ? '−' : '+'}${size}`;
}
