import type { Comparison } from '../../contracts/results.ts';
import type { Summary } from '../../contracts/summary.ts';
import { count } from '../../text/format.ts';
import { comparisonOf } from './arms.ts';

/** What the mined images are worth on a benchmark, for a reader who knows nothing of nets: nothing where it was not measured. */
export const worthOn = (summary: Summary, benchmark: string): string[] => {
  const { primitive, omni } = summary.accuracy[benchmark] ?? {};
  const gain = comparisonOf(summary, benchmark, 'omni', 'primitive');
  if (primitive === undefined || omni === undefined || gain === undefined) return [];
  const measured =
    `${benchmark}: of 1,000 images, the net that learned from the labelled images alone names ${count(perThousand(primitive.mean))} right, ` +
    `the one that learned from the mined images as well ${count(perThousand(omni.mean))}`;
  if (gain.values.length < 2) return [`${measured}. Each was trained only once, so this may be nothing but chance.`];
  return [
    `${measured}, ${moreWords(gain.mean)}. With other images and another training it might have been anything from ${moreWords(gain.low)} to ${moreWords(gain.high)} (19 times out of 20). ${verdictWords(gain)}`,
    ...controlWords(comparisonOf(summary, benchmark, 'omni', 'control')),
  ];
};

function perThousand(share: number): number {
  return Math.round(1000 * share);
}

/** `12 more`, `3 fewer`, `none more` */
function moreWords(share: number): string {
  const images = perThousand(share);
  return `${images === 0 ? 'none' : count(Math.abs(images))} ${images < 0 ? 'fewer' : 'more'}`;
}

function verdictWords({ verdict }: Comparison): string {
  return {
    gain: 'That is a gain: chance alone hardly makes such a difference.',
    loss: 'That is a loss: the mined images do harm here.',
    'no-evidence': 'That is no evidence of a gain: chance alone makes such a difference.',
  }[verdict];
}

function controlWords(over: Comparison | undefined): string[] {
  if (over === undefined) return [];
  const words = `Beside a net that was trained as long without the pool it is ${moreWords(over.mean)} (${moreWords(over.low)} to ${moreWords(over.high)})`;
  return over.verdict === 'gain'
    ? [`${words}: it is the pool that helped.`]
    : [`${words}: that the pool helped, and not the longer training, is not shown.`];
}
