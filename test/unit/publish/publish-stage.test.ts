import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';
import { planFile, reportFile, successFile, summaryFile } from '../../../core/artifacts/run.ts';
import { publishRun } from '../../../core/publish/publish-stage.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { toyPlan } from '../../support/toy.ts';
import { toyPrivacy } from '../../support/toy-privacy.ts';
import { toySummary } from '../../support/toy-summary.ts';

const steps = () => ({
  summarise: vi.fn(async () => toySummary()),
  renderReport: vi.fn(async () => 'page'),
  writeRelease: vi.fn(async () => {}),
});

it('writes results once, and again when there is another audit, also under the same name', async () => {
  const store = memoryStore();
  const file = join(temporaryFolder(), 'audit.csv');
  const audit = pathToFileURL(file).href;
  const made = steps();
  const publish = async (given?: string): Promise<number> => {
    const plan = toyPlan();
    await planFile(plan.runId).write(store, { ...plan, ...(given && { audit: given }) });
    await publishRun(store, plan.runId, 0, made);
    return made.renderReport.mock.calls.length;
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

it('releases nothing where a set holds more copies of real images than the run allows, and keeps the rest', async () => {
  const store = memoryStore();
  const plan = toyPlan();
  await planFile(plan.runId).write(store, plan);
  const { distill } = plan.config;
  const summaryOf = (maximumCopies: number | null) =>
    toySummary({
      config: { ...plan.config, distill: { ...distill, privacy: { maximumCopies } } },
      privacy: { 'packed-ipc1': toyPrivacy() },
    });
  const made = steps();
  made.summarise.mockResolvedValueOnce(summaryOf(0.99));
  await expect(publishRun(store, plan.runId, 0, made)).rejects.toMatchObject({
    name: 'TooManyCopiesError',
    exitCode: 65,
    message: expect.stringMatching(/^packed-ipc1: 100\.0.%.*the run allows 99\.0.%.*index\.html/),
  });
  expect(made.writeRelease).not.toHaveBeenCalled();
  expect(await summaryFile(plan.runId).exists(store)).toBe(true);
  expect(await reportFile(plan.runId).exists(store)).toBe(true);
  expect(await successFile(plan.runId).exists(store)).toBe(false);
  // As many as are allowed are not too many, and without a limit nothing is.
  for (const allowed of [1, null]) {
    made.summarise.mockResolvedValueOnce(summaryOf(allowed));
    const fresh = memoryStore();
    await planFile(plan.runId).write(fresh, plan);
    await publishRun(fresh, plan.runId, 0, made);
  }
  expect(made.writeRelease).toHaveBeenCalledTimes(2);
});

it('releases nothing where a view lies nearer to a real image than the run had it kept', async () => {
  const store = memoryStore();
  const plan = toyPlan();
  await planFile(plan.runId).write(store, plan);
  const { distill } = plan.config;
  const set = { method: 'dm-averages', ipc: 1 } as const;
  const summaryOf = (floor: number) =>
    toySummary({
      config: { ...plan.config, distill: { ...distill, matching: { ...distill.matching, floor } } },
      privacy: { 'dm-averages-ipc1': toyPrivacy({ set }), 'packed-ipc1': toyPrivacy() },
    });
  const made = steps();
  made.summarise.mockResolvedValueOnce(summaryOf(0.011));
  await expect(publishRun(store, plan.runId, 0, made)).rejects.toMatchObject({
    name: 'TooManyCopiesError',
    message: expect.stringMatching(
      /^dm-averages-ipc1: a view lies at 0\.010 in pixels from a real image; the run keeps 0\.011\. Nothing is released/,
    ),
  });
  expect(made.writeRelease).not.toHaveBeenCalled();
  made.summarise.mockResolvedValueOnce(summaryOf(0.01));
  await publishRun(store, plan.runId, 0, made);
  expect(made.writeRelease).toHaveBeenCalledTimes(1);
});
