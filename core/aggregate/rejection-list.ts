import type { Rejection, RejectionCounts, RejectionReason } from '../contracts/rejections.ts';

/** So many of each reason are enough to see what it is about; what is beyond is counted and stands in its shard's own list. */
const MOST_OF_A_REASON = 10_000;

/** What was left out of a pool, of any number of shards: the first of each reason. */
export interface RejectionList {
  readonly listed: readonly Rejection[];
  /** Whether any of these would be listed: a shard of which none would be need not be read. */
  wants(counts: RejectionCounts): boolean;
  add(rejections: readonly Rejection[]): void;
}

/** @param most - rejections of one reason */
export const rejectionList = (most = MOST_OF_A_REASON): RejectionList => {
  const listed: Rejection[] = [];
  const listedOf = new Map<RejectionReason, number>();
  const isFull = (reason: RejectionReason): boolean => (listedOf.get(reason) ?? 0) >= most;
  return {
    listed,
    wants: (counts) => (Object.keys(counts) as RejectionReason[]).some((reason) => !isFull(reason)),
    add(rejections) {
      for (const rejection of rejections) {
        const { reason } = rejection;
        if (isFull(reason)) continue;
        listedOf.set(reason, (listedOf.get(reason) ?? 0) + 1);
        listed.push(rejection);
      }
    },
  };
};
