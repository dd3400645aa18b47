import type { Rejection, RejectionCounts, RejectionReason } from '../contracts/rejections.ts';

/** Adds counts to others, in place. */
export const addCounts = (sum: RejectionCounts, more: RejectionCounts): void => {
  for (const [reason, count] of Object.entries(more) as [RejectionReason, number][]) {
    sum[reason] = (sum[reason] ?? 0) + count;
  }
};

/** How many images were left out for each reason. */
export const countByReason = (rejected: readonly Rejection[]): RejectionCounts => {
  const counts: RejectionCounts = {};
  for (const { reason } of rejected) addCounts(counts, { [reason]: 1 });
  return counts;
};

/** Rejections of a stream of any length: all are counted, the first ones are listed. */
export interface RejectionLog {
  /** In the order they came. */
  readonly listed: readonly Rejection[];
  readonly counts: Readonly<RejectionCounts>;
  /** Counted, but not listed. */
  readonly unlisted: number;
}

/** @param most - rejections to list */
export const rejectionLog = (most: number): { add(rejection: Rejection): void; soFar(): RejectionLog } => {
  const listed: Rejection[] = [];
  const counts: RejectionCounts = {};
  let unlisted = 0;
  return {
    add(rejection) {
      addCounts(counts, { [rejection.reason]: 1 });
      if (listed.length < most) listed.push(rejection);
      else unlisted += 1;
    },
    soFar: () => ({ listed, counts, unlisted }),
  };
};
