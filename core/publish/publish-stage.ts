import { planFile, reportFile, successFile, summaryFile } from '../artifacts/run.ts';
import { releaseFolder } from '../contracts/keys.ts';
import { once } from '../run/once.ts';
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
  await once(store, successFile(runId), async () => {
    const plan = await planFile(runId).read(store);
    const summary = await summarise(store, plan, round);
    await summaryFile(runId).write(store, summary);
    await writeRelease(store, plan, summary, round);
    await reportFile(runId).write(store, await renderReport(store, summary));
    return '';
  });
  return {
    report: `${store.root}/${reportFile(runId).key}`,
    release: `${store.root}/${releaseFolder(runId)}`,
  };
};
