import type { DomainGap } from '../contracts/gate.ts';
import { wholePercent } from './format.ts';

/** What the domain gap is, what it means, and what to do about it where it is wide. */
export function gapSentence({ auc, low, high, labelled, pool, wide }: DomainGap): string {
  const measured =
    `shown a pool image beside a labelled one, a simple classifier finds the pool image in ${wholePercent(auc)} of the cases ` +
    `(95 %: ${wholePercent(low)} to ${wholePercent(high)}; ${labelled} labelled images, ${pool} of the pool; 50 % is chance)`;
  return wide
    ? `The pool looks like another domain: ${measured}. Mining may gain nothing or do harm. Compare some images of both: ` +
        'size and crop of what is shown, blur, light, source. Take a pool of the same kind, or label some images of this one.'
    : `Domain gap: ${measured}.`;
}
