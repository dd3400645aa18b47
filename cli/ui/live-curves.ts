import { planFile } from '../../core/artifacts/run.ts';
import type { LiveCurve } from '../../core/contracts/live-status.ts';
import { readCurves } from '../../core/publish/report/curves-section.ts';
import type { Store } from '../../core/store/store.ts';

/** A bucket is asked no more often than this: every look is a request for each net. */
const AGAIN_MS = 15_000;

/**
 * The learning curves of a run as its nets are done, of its last round that has any.
 * @returns what was found last; asked again, it looks again only after a while
 */
export const liveCurves = (store: Store, runId: string, now: () => number = Date.now): (() => Promise<LiveCurve[]>) => {
  let found: LiveCurve[] = [];
  let at = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - at < AGAIN_MS) return found;
    at = now();
    const plan = await planFile(runId).find(store);
    if (plan === undefined) return found;
    const { config } = plan;
    for (let round = config.mining.rounds - 1; round >= 0; round--) {
      found = await readCurves(store, { runId, config, mined: { round } });
      if (found.some(({ role }) => role === 'student') || round === 0) break;
    }
    return found;
  };
};
