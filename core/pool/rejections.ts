import type { Rejection, RejectionReason } from '../contracts/stats.ts';

/** How many pictures were left out for each reason. */
export const countByReason = (rejected: readonly Rejection[]): Partial<Record<RejectionReason, number>> => {
  const counts: Partial<Record<RejectionReason, number>> = {};
  for (const { reason } of rejected) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
