import { reportFile } from '../../core/artifacts/run.ts';
import type { LiveStatus } from '../../core/contracts/live-status.ts';
import type { Store } from '../../core/store/store.ts';
import { liveCurves } from './live-curves.ts';
import { type LocalPage, openLocalPage } from './local-page.ts';
import type { KnownStatus } from './local-status.ts';

/** How a run ended, for who watches it. */
export type Ending = { readonly state: 'done' } | { readonly state: 'failed'; readonly error: string };

export interface RunPage {
  readonly url: string;
  /** Shows how the run has ended, to who looks, and closes the page. */
  end(ending: Ending): Promise<void>;
}

export interface WatchedRun {
  readonly runId: string;
  readonly port: number;
  /** Where the run lies, and its id, as soon as that is known: it may have been named by one of its executions. */
  readonly place: () => { readonly store: Store; readonly runId: string } | undefined;
  readonly known: () => KnownStatus;
}

/** Opens the local page of a run: what a command knows of it, beside what lies in its store. */
export const watchOnPage = async ({ runId, port, place, known }: WatchedRun): Promise<RunPage> => {
  let ending: Ending | undefined;
  let curves: (() => Promise<LiveStatus['curves']>) | undefined;
  const status = async (): Promise<LiveStatus> => {
    const found = place();
    curves ??= found && liveCurves(found.store, found.runId);
    // One that is there before the run has ended is an earlier one.
    const hasReport =
      ending?.state === 'done' && found !== undefined && (await reportFile(found.runId).exists(found.store));
    return { runId, ...known(), state: 'running', ...ending, curves: (await curves?.()) ?? [], hasReport };
  };
  const page: LocalPage = await openLocalPage({
    ...{ runId, port, status },
    report: async () => {
      const found = place();
      return ending?.state === 'done' && found !== undefined ? found.store.get(reportFile(found.runId).key) : undefined;
    },
  });
  return {
    url: page.url,
    end: (how) => {
      ending = how;
      // What was found a while ago is not how it ended.
      curves = undefined;
      return page.close();
    },
  };
};
