import { planFile, reportFile, successFile, summaryFile } from '../artifacts/run.ts';
import { releaseFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { readAuditFile } from '../data/read-audit.ts';
import { sha256 } from '../format/sha256.ts';
import type { Store } from '../store/store.ts';
import { splitFragment } from '../store/uri.ts';
import { writeRelease } from './release/write-release.ts';
import { renderReport } from './report/render-report.ts';
import { summarise } from './summary.ts';

/** Where a run's results lie. */
export interface Published {
  readonly report: string;
  readonly release: string;
}

/**
 * Ends a run: writes `summary.json`, `release/`, `report/index.html` and, last, `_SUCCESS`. Done once for every audit: a
 * second call finds `_SUCCESS` and only answers, unless the audit is another one than before.
 * @throws DataError when a result that the plan promises is missing
 * @throws ConfigError when the audit cannot be read
 */
export const publishRun = async (store: Store, runId: string, round: number): Promise<Published> => {
  const plan = await planFile(runId).read(store);
  const audit = await auditHash(plan);
  if ((await successFile(runId).find(store)) !== audit) {
    const summary = await summarise(store, plan, round);
    await summaryFile(runId).write(store, summary);
    await writeRelease(store, plan, summary, round);
    await reportFile(runId).write(store, await renderReport(store, summary));
    await successFile(runId).write(store, audit);
  }
  return {
    report: `${store.root}/${reportFile(runId).key}`,
    release: `${store.root}/${releaseFolder(runId)}`,
  };
};

/** Which audit the results were scored by: its column and SHA-256; nothing where there is none. */
async function auditHash({ audit }: Plan): Promise<string> {
  if (audit === undefined) return '';
  const { fragment = '' } = splitFragment(audit);
  return `${fragment}#${sha256(await readAuditFile(audit))}`;
}
