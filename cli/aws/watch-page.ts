import type { Store } from '../../core/store/store.ts';
import { awsStatus } from '../ui/aws-status.ts';
import type { KnownStatus } from '../ui/local-status.ts';
import { type RunPage, watchOnPage } from '../ui/watch-on-page.ts';
import type { RunView } from './watch-view.ts';

/** The local page of a run on AWS, which shows what `watch` sees. */
export interface WatchedPage extends RunPage {
  onView(view: RunView, store: Store): void;
}

/** Opens it. @param port - 0 for any that is free */
export const openWatchedPage = async (runId: string, port: number): Promise<WatchedPage> => {
  let known: KnownStatus = { stages: [], jobs: [], notes: [] };
  let place: { readonly store: Store; readonly runId: string } | undefined;
  const page = await watchOnPage({ runId, port, place: () => place, known: () => known });
  process.stderr.write(`Watch it at ${page.url}\n`);
  return {
    ...page,
    onView(view, store) {
      known = awsStatus(view);
      place = { store, runId: view.runId };
    },
  };
};
