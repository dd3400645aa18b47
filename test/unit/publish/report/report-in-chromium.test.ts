import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRuns } from '../../../../core/publish/compare/compare-runs.ts';
import { comparisonPage } from '../../../../core/publish/compare/comparison-page.ts';
import { renderReport } from '../../../../core/publish/report/render-report.ts';
import { chromiumPath, openChromium, type Page } from '../../../support/chromium.ts';
import { classNames, writeClassRun } from '../../../support/class-run.ts';
import { memoryStore } from '../../../support/memory-store.ts';
import { axeFaults, overflowing, readAs, smallTexts, unfold, unnamedPictures } from '../../../support/page-checks.ts';

const path = chromiumPath();
if (path === undefined) console.warn('Skipped: no Chromium is installed, so the report is not looked at in it.');

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-report-page-'));
const CLASSES = [2, 7, 30, 200];
const WIDTHS = [1400, 800, 390];

let page: Page;
const sizes = new Map<number, number>();
const open = async (classes: number): Promise<void> => {
  await page.open(pathToFileURL(join(folder, `${classes}.html`)).href);
};

describe.skipIf(path === undefined)('the report, in Chromium', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    for (const classes of CLASSES) {
      const store = memoryStore();
      const html = await renderReport(store, await writeClassRun(store, { classes: classNames(classes) }));
      sizes.set(classes, html.length);
      writeFileSync(join(folder, `${classes}.html`), html);
    }
    page = await openChromium(path!);
  }, 180_000);

  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true });
  });

  it.each(CLASSES)('fits every window, in letters that can be read, with %i classes', async (classes) => {
    for (const width of WIDTHS) {
      await readAs(page, 'light', width);
      await open(classes);
      await unfold(page);
      expect(await overflowing(page), `${width} px`).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
        0,
      );
      expect(await smallTexts(page), `${width} px`).toEqual([]);
    }
  });

  it.each([7, 200])('can be used with a keyboard and a screen reader, with %i classes', async (classes) => {
    await readAs(page, 'light', 1400);
    await open(classes);
    await unfold(page);
    expect(await axeFaults(page)).toEqual([]);
    expect(await unnamedPictures(page)).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has contrast enough where it is %s', async (mode) => {
    for (const classes of [2, 7]) {
      await readAs(page, mode, 390);
      await open(classes);
      await unfold(page);
      expect(await axeFaults(page, ['color-contrast'])).toEqual([]);
    }
  });

  it('shows runs beside each other as well as one alone', async () => {
    const stores = [memoryStore(), memoryStore()];
    const runs = await Promise.all(
      stores.map(async (store, i) => ({
        ...{ place: `run ${i}`, store },
        summary: await writeClassRun(store, { classes: classNames(7), better: i / 10 }),
      })),
    );
    const file = join(folder, 'compared.html');
    writeFileSync(file, comparisonPage(await compareRuns(runs)));
    for (const [mode, width] of [
      ['light', 1400],
      ['dark', 800],
      ['light', 390],
    ] as const) {
      await readAs(page, mode, width);
      await page.open(pathToFileURL(file).href);
      expect([await overflowing(page), await smallTexts(page), await axeFaults(page)]).toEqual([[], [], []]);
    }
  });

  it('tells its soft labels below the images where a reader asks for them, by key, finger or mouse', async () => {
    await readAs(page, 'light', 800);
    await open(7);
    const shown = `document.querySelector('#distilled details[open] figcaption').getClientRects().length > 0`;
    expect(await page.evaluate(shown)).toBe(false);
    for (const expected of [true, false]) {
      await page.click('#distilled details[open] label');
      expect(await page.evaluate(shown)).toBe(expected);
    }
    await page.evaluate(`document.querySelector('#distilled details[open] .show').focus()`);
    await page.press(' ');
    expect(await page.evaluate(shown)).toBe(true);
    expect(await page.evaluate(`document.querySelector('#distilled img').alt`)).toMatch(/^made for class 0: view 1: /);
  });

  it('prints what is folded away, soft labels and colours, and no row in two', async () => {
    await open(30);
    await page.send('Emulation.setEmulatedMedia', { media: 'print', features: [] });
    const style = (selector: string, name: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}'))['${name}']`);
    const isShown = (selector: string): Promise<boolean> =>
      page.evaluate(
        `[...document.querySelectorAll('${selector}')].every((one) => one.getBoundingClientRect().height > 0)`,
      );
    expect(await isShown('#distilled details:not([open]) img, #cost pre')).toBe(true);
    expect(await isShown('#distilled figcaption')).toBe(true);
    expect(await isShown('nav, .show')).toBe(false);
    expect(await style('.confusion td.hit', 'printColorAdjust')).toBe('exact');
    expect(await style('.confusion tr', 'breakInside')).toBe('avoid');
    expect(await style('body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
  });

  it('stays small enough to be mailed, however many classes there are', () => {
    for (const [classes, size] of sizes) expect(size, `${classes} classes`).toBeLessThan(3_000_000);
  });
});
