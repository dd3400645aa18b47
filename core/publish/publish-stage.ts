import { planFile, reportFile, successFile, summaryFile } from '../artifacts/run.ts';
import { releaseFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { findAuditFile } from '../data/read-audit.ts';
import { sha256 } from '../format/sha256.ts';
import type { Store } from '../store/store.ts';
import { splitFragment } from '../store/uri.ts';
import { refusalsOf, TooManyCopiesError } from './release/refuse-copies.ts';
import { writeRelease } from './release/write-release.ts';
import { renderReport } from './report/render-report.ts';
import { summarise } from './summary.ts';

/** Where a run's results lie. */
export interface Published {
  readonly report: string;
  readonly release: string;
}

/** How the parts of the results are made. */
export interface PublishSteps {
  readonly summarise: typeof summarise;
  readonly renderReport: typeof renderReport;
  readonly writeRelease: typeof writeRelease;
}

const STEPS: PublishSteps = { summarise, renderReport, writeRelease };

/**
 * Ends a run: writes `summary.json`, `report/index.html`, `release/` and, last, `_SUCCESS`. Done once for every audit: a
 * second call finds `_SUCCESS` and only answers, unless the audit is another one than before.
 * @throws DataError when a result that the plan promises is missing
 * @throws TooManyCopiesError when a set holds more copies of real images than the run allows: all but the release is there then
 * @throws ConfigError when the audit cannot be read
 */
export const publishRun = async (
  store: Store,
  runId: string,
  round: number,
  steps: PublishSteps = STEPS,
): Promise<Published> => {
  const plan = await planFile(runId).read(store);
  const audit = await auditHash(plan);
  const before = await successFile(runId).find(store);
  // Whoever asks again for results that are there does not need the audit any more.
  if (before === undefined || (audit !== undefined && audit !== before)) {
    const summary = await steps.summarise(store, plan, round);
    await summaryFile(runId).write(store, summary);
    await reportFile(runId).write(store, await steps.renderReport(store, summary));
    const refused = refusalsOf(summary);
    if (refused.length > 0) throw new TooManyCopiesError(refused, `${store.root}/${reportFile(runId).key}`);
    await steps.writeRelease(store, plan, summary, round);
    await successFile(runId).write(store, audit ?? '');
  }
  return {
    report: `${store.root}/${reportFile(runId).key}`,
    release: `${store.root}/${releaseFolder(runId)}`,
  };
};

/** Which audit the results are scored by: its column and SHA-256; `undefined` where there is none. */
async function auditHash({ audit }: Plan): Promise<string | undefined> {
  const bytes = audit === undefined ? undefined : await findAuditFile(audit);
  return bytes && `${splitFragment(audit!).fragment ?? ''}#${sha256(bytes)}`;
}
