import type { Audit } from '../../contracts/summary.ts';
import { count, counted, hundredths, percent } from '../../text/format.ts';

/** How sure an audited precision is and what it speaks of: `95 %: 68.8 to 71.2; 140 labels checked` */
export const auditWords = (
  { checked, unsure, ambiguous, precision, low, high, covered, drawn }: Audit,
  digits = 1,
): string =>
  [
    ...(low < high ? [`95 %: ${hundredths(low, digits)} to ${hundredths(high, digits)}`] : []),
    `${counted(checked, 'label')} checked${unsure > 0 ? `, ${count(unsure)} of them unsure` : ''}`,
    ...(covered < 1 ? [`of the classes that hold ${percent(covered)} of the mined set`] : []),
    ...(percent(drawn.precision) === percent(precision)
      ? []
      : [`as training draws them ${percent(drawn.precision, digits)}`]),
    ...(ambiguous > 0 ? [`${counted(ambiguous, 'image')} left out whose name others share`] : []),
  ].join('; ');
