import { placeOfRun, planFile, summaryFile } from '../../artifacts/run.ts';
import type { Summary } from '../../contracts/summary.ts';
import { DataError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';

/** A run that is done. */
export interface FinishedRun {
  /** As it was typed. */
  readonly place: string;
  readonly store: Store;
  readonly summary: Summary;
}

/**
 * Finds a run by its folder, or by the folder that it writes to, whose run is then called `main`.
 * @param typed - how a person named it, for messages
 * @throws DataError where there is no run, or one that is not done
 */
export const openRun = async (uri: string, typed: string): Promise<FinishedRun> => {
  const { store, runId } = placeOfRun(uri);
  const summary = await summaryFile(runId).find(store);
  if (summary !== undefined) return { place: typed, store, summary };
  const isPlanned = await planFile(runId).exists(store);
  throw new DataError(
    isPlanned
      ? `${typed} is not done: it has no ${summaryFile(runId).key} yet. Go on with it first.`
      : `${typed} holds no run: there is no ${store.root}/${summaryFile(runId).key}. Give a run's folder (OUT/runs/ID), what \`pull\` has brought, or s3://BUCKET/runs/ID.`,
  );
};
