import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { planFile } from '../../../core/artifacts/run.ts';
import { publishRun } from '../../../core/publish/publish-stage.ts';
import { renderReport } from '../../../core/publish/report/render-report.ts';
import { temporaryFolder } from '../../support/images.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { toyPlan } from '../../support/toy.ts';
import { toySummary } from '../../support/toy-summary.ts';

vi.mock('../../../core/publish/summary.ts', () => ({ summarise: async () => toySummary() }));
vi.mock('../../../core/publish/release/write-release.ts', () => ({ writeRelease: async () => {} }));
vi.mock('../../../core/publish/report/render-report.ts', () => ({ renderReport: vi.fn(async () => 'page') }));

const written = vi.mocked(renderReport);

it('writes results once, and again when there is another audit, also under the same name', async () => {
  const store = memoryStore();
  const file = join(await temporaryFolder(), 'audit.csv');
  const audit = pathToFileURL(file).href;
  const publish = async (given?: string): Promise<number> => {
    const plan = toyPlan();
    await planFile(plan.runId).write(store, { ...plan, ...(given && { audit: given }) });
    await publishRun(store, plan.runId, 0);
    return written.mock.calls.length;
  };
  expect([await publish(), await publish()]).toEqual([1, 1]);
  await writeFile(file, 'file,label,other\na.png,sad,calm\n');
  expect([await publish(audit), await publish(audit)]).toEqual([2, 2]);
  await writeFile(file, 'file,label,other\na.png,sad,calm\nb.png,calm,sad\n');
  expect([await publish(audit), await publish(audit)]).toEqual([3, 3]);
  expect([await publish(`${audit}#other`), await publish(`${audit}#other`)]).toEqual([4, 4]);
  // Results that are there need no audit any more.
  await rm(file);
  expect(await publish(`${audit}#other`)).toBe(4);
});
