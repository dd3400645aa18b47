import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalStatus } from '../../../../cli/ui/local-status.ts';
import { type RunPage, watchOnPage } from '../../../../cli/ui/watch-on-page.ts';
import { reportFile } from '../../../../core/artifacts/run.ts';
import { STEPS } from '../../../../core/contracts/workflow.ts';
import { renderReport } from '../../../../core/publish/report/render-report.ts';
import type { RunEvent } from '../../../../local/events.ts';
import { chromiumPath, openChromium, type Page } from '../../../support/chromium.ts';
import { writeClassRun } from '../../../support/class-run.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { axeFaults, overflowing, readAs, smallTexts } from '../../../support/page-checks.ts';

const path = chromiumPath();
if (path === undefined) console.warn('Skipped: no Chromium is installed, so the local page is not looked at in it.');

const HOSTILE = '<img src=x onerror=alert(1)>';
const job = { id: 'a', name: 'mine', label: HOSTILE, logFile: '/log' };
const state = STEPS.find(({ stage }) => stage === 'mine')!.state;
const store = memoryStore();
const status = new LocalStatus();
const accept = (...events: RunEvent[]): void => {
  for (const event of events) status.accept(event, Date.now());
};

let page: Page;
let run: RunPage;

const text = (selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);
const until = async (expression: string): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (await page.evaluate(expression)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Never came true: ${expression}`);
};

describe.skipIf(path === undefined)('the local page of a run, in Chromium', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const summary = await writeClassRun(store, { classes: ['calm', 'glad'] });
    await reportFile('classes').write(store, await renderReport(store, summary));
    run = await watchOnPage({
      ...{ runId: 'classes', port: 0, place: () => ({ store, runId: 'classes' }) },
      known: () => status.known(Date.now()),
    });
    page = await openChromium(path!);
  });
  afterAll(() => page?.close());

  it('shows stages, shards, rates and curves as they come, and strangers’ names as text', async () => {
    await page.open(run.url);
    accept(
      { type: 'stage-started', stage: state, jobs: 4 },
      { type: 'job-started', job: { ...job, id: 'b' }, attempt: 1 },
      { type: 'job-ended', job: { ...job, id: 'b' }, succeeded: true, seconds: 1, reason: '' },
      { type: 'job-started', job, attempt: 1 },
      { type: 'job-progress', job, done: 500, total: 1000, unit: 'images' },
      { type: 'job-log', job, level: 'warn', message: 'The light is dim.' },
    );
    await until(`document.querySelector('#jobs tbody tr') !== null`);
    expect(await text('#state')).toBe(`Running: ${state}`);
    expect(await text('#stages tbody')).toMatch(new RegExp(`^${state}\\s+1 of 4 shards\\s+\\d+\\s`));
    expect(await page.evaluate(`document.querySelector('#stages progress').position`)).toBe(0.25);
    expect(await text('#jobs tbody')).toContain(`${HOSTILE}\t\t500 of 1,000 images`);
    expect(await text('#notes')).toContain('The light is dim.');
    expect(await page.evaluate(`document.querySelectorAll('#losses svg[aria-label^="Loss of"]').length`)).toBe(3);
    expect(await page.evaluate(`document.querySelectorAll('img').length`)).toBe(0);
    expect(await page.evaluate(`document.getElementById('report').hidden`)).toBe(true);
  });

  it('shows the same after a reload', async () => {
    await page.open(run.url);
    await until(`document.querySelector('#stages tbody tr') !== null`);
    expect(await text('#stages tbody')).toContain('1 of 4 shards');
  });

  it.each([
    ['light', 1400],
    ['dark', 390],
  ] as const)('can be read by everybody: %s, %i px', async (mode, width) => {
    await readAs(page, mode, width);
    expect([await overflowing(page), await smallTexts(page), await axeFaults(page)]).toEqual([[], [], []]);
  });

  it('shows the report when the run is done, and keeps it when the command has ended', async () => {
    accept({ type: 'stage-ended', stage: state, seconds: 9, output: {} });
    await run.end({ state: 'done' });
    await until(`!document.getElementById('report').hidden`);
    expect(await text('#state')).toBe('Done');
    await until(`document.querySelector('iframe').contentDocument?.querySelector('h1') != null`);
    const inside = (expression: string) =>
      page.evaluate(`document.querySelector('iframe').contentDocument.${expression}`);
    expect(await inside(`querySelector('h1').innerText`)).toBe('What the pool was worth');
    // The audit's script has run: it shows its keys.
    expect(await inside(`querySelector('.audit-keys').hidden`)).toBe(false);
    expect(page.problems).toEqual([]);
    const elsewhere = page.requests.filter(
      (one) => !one.startsWith(new URL(run.url).origin) && !/^(data|blob):/.test(one),
    );
    expect(elsewhere).toEqual([]);
  });
});
