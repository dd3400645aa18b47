import { planKey, releaseFolder, reportKey, successKey, summaryKey } from '../contracts/keys.ts';
import { Plan } from '../contracts/plan.ts';
import { readJson, writeJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';
import { writeRelease } from './release/write-release.ts';
import { renderReport } from './report/render-report.ts';
import { summarise } from './summary.ts';

/** Where a run's results lie. */
export interface Published {
  readonly report: string;
  readonly release: string;
}

/**
 * Ends a run: writes `summary.json`, `release/`, `report/index.html` and, last, `_SUCCESS`. Done once: a second call
 * finds `_SUCCESS` and only answers.
 * @throws DataError when a result that the plan promises is missing
 */
export const publishRun = async (store: Store, runId: string, round: number): Promise<Published> => {
  const published = { report: `${store.root}/${reportKey(runId)}`, release: `${store.root}/${releaseFolder(runId)}` };
  if (await store.has(successKey(runId))) return published;
  const plan = await readJson(store, planKey(runId), Plan);
  const summary = await summarise(store, runId, round);
  await writeJson(store, summaryKey(runId), summary);
  await writeRelease(store, plan, summary, round);
  await store.put(reportKey(runId), await renderReport(store, summary));
  await store.put(successKey(runId), '');
  return published;
};
