import type { Summary } from '../../contracts/summary.ts';
import { counted } from '../../text/format.ts';

/** What a reader has to know of near copies of benchmark images. */
export const copyWarnings = ({ copies, inputRejected }: Summary): string[] => {
  const left = inputRejected['near-benchmark'] ?? 0;
  const first = copies?.labelled[0];
  if (left === 0 || first === undefined) return [];
  return [
    `${counted(left, 'labelled image')} left out of training as near copies of benchmark images, e.g. ${first.key}: ${first.detail}. Look at them, and take them out of one of the two.`,
  ];
};
