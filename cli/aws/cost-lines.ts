import { count, dollars, duration, table } from '../../core/text/format.ts';
import type { Cost } from './cost.ts';

/** An estimate as a person reads it. */
export const costLines = ({ assumptions, estimate, worst, words }: Cost): string[] => [
  `About ${dollars(estimate.total)}; ${dollars(estimate.totalOnDemand)} without Spot; at the very worst ${dollars(worst)}, which the settings allow.`,
  ...table(Object.entries(estimate.dollars).map(([what, value]) => [what, dollars(value)])),
  `${count(assumptions.shards)} shards, ${estimate.jobHours.toFixed(1)} job hours, ${count(estimate.transitions)} state transitions; ` +
    `mining takes ${duration(estimate.miningHours * 3600)} where all machines can be had`,
  'Job hours',
  ...table(Object.entries(estimate.hours).map(([what, value]) => [what, `${value.toFixed(1)} h`])),
  'It assumes',
  ...words.map((line) => `  - ${line}`),
  'Between runs no machine runs. What is kept (results, logs, alarms) costs little; docs/aws.md lists it.',
];
