import type { Artifact } from '../artifacts/artifact.ts';
import type { RejectionCounts } from '../contracts/rejections.ts';
import type { StageName, Tally } from '../contracts/stages.ts';
import type { Backend, JobStats } from '../contracts/stats.ts';
import type { Store } from '../store/store.ts';

/** What a stage's work counted. */
export interface Outcome<Counts extends Tally = Tally> {
  readonly counts: Counts;
  readonly rejected?: Readonly<RejectionCounts>;
  /** What it computed on, where it did. */
  readonly backend?: Backend | undefined;
}

/**
 * Done is done: does work whose last object is `marker`, unless that stands there already. So a retry, a redrive or a second
 * start goes on after what is done.
 * @returns whether the work was done now
 */
export async function once<Value>(store: Store, marker: Artifact<Value>, work: () => Promise<Value>): Promise<boolean> {
  if (await marker.exists(store)) return false;
  await marker.write(store, await work());
  return true;
}

/** Does a stage's work and measures what it took. */
export async function measured<Counts extends Tally>(
  stage: StageName,
  work: () => Promise<Outcome<Counts>>,
): Promise<JobStats<Counts>> {
  const start = performance.now();
  const { counts, rejected = {}, backend } = await work();
  return {
    job: stage,
    seconds: (performance.now() - start) / 1000,
    // Linux counts in KiB.
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    ...(backend === undefined ? {} : { backend }),
    counts,
    rejected: { ...rejected },
  };
}
