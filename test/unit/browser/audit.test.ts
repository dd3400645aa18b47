import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { minedFile } from '../../../core/artifacts/mined.ts';
import { readAudit } from '../../../core/data/read-audit.ts';
import { auditMined } from '../../../core/publish/audit/audit-mined.ts';
import type { AuditData } from '../../../core/publish/report/audit-data.ts';
import { renderReport } from '../../../core/publish/report/render-report.ts';
import { hundredths, percent } from '../../../core/text/format.ts';
import { chromiumPath, openChromium, type Page } from '../../support/chromium.ts';
import { HOSTILE_CLASS, smallRun, summaryWith } from '../../support/small-run.ts';

const path = chromiumPath();
if (path === undefined) console.warn('Skipped: no Chromium is installed, so the report’s audit is not tried in it.');

const folder = mkdtempSync(join(tmpdir(), 'omnidistill-audit-page-'));
const url = pathToFileURL(join(folder, 'index.html')).href;
const summary = summaryWith();
const { classes, runId } = summary;

/** Keys that a spreadsheet would run, that end a cell, a line or an element, and that are of another script. */
const KEYS = ['=1+1.png', "'=1.png", '@a,b.png', 'a"b.png', 'a\nb.png', '</script>.png', ' سعادة.png', '-', '\t.png'];

const keyOf = (rank: number): string => KEYS[rank] ?? `deep/er/${rank}.png`;

/** Training draws the second class three times as often. */
const weightOf = (rank: number): number => (rank < 20 ? 0.5 : 1.5);

let page: Page;
let data: AuditData;

const image = (index: number): string =>
  `#audit-images .audit-class[data-class="${index < 20 ? 0 : 1}"] .audit-image:nth-child(${(index % 20) + 1})`;
const button = (index: number, mark: string): string => `${image(index)} [data-mark="${mark}"]`;
const text = (selector: string): Promise<string> =>
  page.evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`);
const states = (): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('.audit-image')].map((one) => one.dataset.state)`);
const focused = (): Promise<number> =>
  page.evaluate(`[...document.querySelectorAll('.audit-image')].indexOf(document.activeElement)`);
const focus = (index: number): Promise<void> =>
  page.evaluate(`document.querySelector(${JSON.stringify(image(index))}).focus()`);

const saved = async (): Promise<string> => {
  const download = page.download();
  await page.click('[data-action="save"]');
  return download;
};

describe.skipIf(path === undefined)('the audit by hand, in Chromium', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const store = await smallRun();
    const file = minedFile(runId, 0);
    const rows = (await file.read(store)).map((row) => ({ ...row, key: keyOf(row.rank), weight: weightOf(row.rank) }));
    await file.write(store, { score: 'similarity', classes: summary.classes, rows });
    const html = await renderReport(store, summary);
    data = JSON.parse(/id="audit-data">(.*)<\/script>/.exec(html)![1]!) as AuditData;
    writeFileSync(join(folder, 'index.html'), html);
    page = await openChromium(path!);
  });

  beforeEach(async () => {
    await page.open(url);
    await page.evaluate('localStorage.clear()');
    await page.open(url);
    await page.click('#audit-images summary');
  });

  afterAll(async () => {
    await page?.close();
    rmSync(folder, { recursive: true });
  });

  it('counts what the mouse marks, and a second click takes a mark back', async () => {
    await page.click(button(0, 'right'));
    await page.click(button(1, 'wrong'));
    await page.click(button(2, 'unsure'));
    await page.click(button(3, 'unsure'));
    await page.click(button(3, 'unsure'));
    expect((await states()).slice(0, 5)).toEqual(['right', 'wrong', 'unsure', '', '']);
    expect(await text('#audit-results tbody tr')).toMatch(/20\s+3\s+1\s+1\s+1\s/);
    expect(await page.evaluate(`document.querySelector('${button(0, 'right')}').ariaPressed`)).toBe('true');
    expect(await page.evaluate(`document.querySelector('${image(1)}').ariaLabel`)).toBe(
      `${HOSTILE_CLASS}? Image 2 of 20: wrong`,
    );
  });

  it('can be done with the keyboard alone', async () => {
    await focus(0);
    for (const key of ['r', 'W', 'u', '2', '1', 'r', 'Backspace']) await page.press(key);
    // A digit is a class: the second is another one, the first the very one that it was taken for.
    expect((await states()).slice(0, 6)).toEqual(['right', 'wrong', 'unsure', 'wrong', 'right', '']);
    expect(await page.evaluate(`document.querySelector('${image(3)} select').value`)).toBe('1');
    expect(await focused()).toBe(5);
    await page.press('End');
    await page.press('ArrowRight');
    expect(await focused()).toBe(39);
    await page.press('Home');
    await page.press('ArrowLeft');
    expect(await focused()).toBe(0);
    await page.press('ArrowRight');
    await page.press('ArrowDown');
    const below = await focused();
    await page.press('ArrowUp');
    expect([below > 2, await focused()]).toEqual([true, 1]);
  });

  it('leads the tabulator key to one image and its controls, not to all of them', async () => {
    await focus(7);
    const reachable = `[...document.querySelectorAll('.audit-image, .audit-image *')].filter((one) => one.tabIndex === 0).length`;
    expect(await page.evaluate(reachable)).toBe(4);
    await page.press('w');
    await focus(7);
    expect(await page.evaluate(reachable)).toBe(5);
  });

  it('leaves letters to the list of classes, and other keys to the browser', async () => {
    await page.click(button(0, 'wrong'));
    await page.evaluate(`document.querySelector('${image(0)} select').focus()`);
    await page.press('p');
    expect(await page.evaluate(`document.querySelector('${image(0)} select').value`)).toBe('1');
    await page.press('Escape');
    expect(await focused()).toBe(0);
    expect((await states())[0]).toBe('wrong');
  });

  it('prints the numbers that the run will compute, of the saved file itself', async () => {
    for (const [index, mark] of ['right', 'right', 'wrong', 'unsure'].entries()) await page.click(button(index, mark));
    expect(await text('[data-figure]')).toMatch(/^Precision of the classes looked at, 50\.0.% of the mined set/);
    for (const [index, mark] of ['right', 'wrong', 'right'].entries()) await page.click(button(20 + index, mark));
    await focus(23);
    await page.press('1');
    const labels = await readAudit(pathToFileURL(await saved()).href);
    const mined = Array.from({ length: 40 }, (_, rank) => ({
      key: keyOf(rank),
      label: rank < 20 ? 0 : 1,
      weight: weightOf(rank),
    }));
    const audit = await auditMined(mined, classes, labels);
    expect(audit).toMatchObject({ checked: 8, unsure: 1, ambiguous: 0, covered: 1 });
    expect(await text('[data-figure]')).toBe(
      `Precision of the mined set: ${percent(audit.precision)} (95 %: ${hundredths(audit.low)} to ${hundredths(audit.high)}). 8 of 40 looked at.`,
    );
    const { drawn } = audit;
    expect(drawn.precision).not.toBe(audit.precision);
    expect(await text('#audit-results [data-drawn]')).toBe(
      `as training draws it: classes by their weights\t${percent(drawn.precision)}\t${hundredths(drawn.low)} to ${hundredths(drawn.high)}`,
    );
    for (const [label, name] of classes.entries()) {
      const { checked, right, unsure, precision, low, high } = audit.byClass[name]!;
      const cells = [20, checked, right, checked - right - unsure, unsure, percent(precision)];
      expect(await text(`#audit-results tbody tr[data-class="${label}"]`)).toBe(
        [name, ...cells, `${hundredths(low)} to ${hundredths(high)}`].join('\t'),
      );
    }
  });

  it('saves every key and class as it is, however strange, and no cell that a spreadsheet would run', async () => {
    await page.click('[data-class="0"] [data-action="rest"]');
    await page.click('[data-class="1"] [data-action="rest"]');
    await page.click(button(5, 'wrong'));
    const file = await saved();
    expect(file).toMatch(/audit-small\.csv$/);
    const labels = await readAudit(pathToFileURL(file).href);
    const expected = data.images.map(({ file: key, label }, index) => [
      key,
      index === 5 ? `not/${HOSTILE_CLASS}` : classes[label],
    ]);
    expect([...labels]).toEqual(expected);
    expect(new Set(labels.keys())).toEqual(new Set(Array.from({ length: 40 }, (_, rank) => keyOf(rank))));
  });

  it('keeps the marks when the page is loaded again, until they are taken back', async () => {
    await page.click(button(0, 'unsure'));
    await focus(1);
    await page.press('2');
    const before = await text('[data-figure]');
    await page.open(url);
    expect((await states()).slice(0, 3)).toEqual(['unsure', 'wrong', '']);
    expect(await text('[data-figure]')).toBe(before);
    expect(await page.evaluate(`document.querySelector('${image(1)} select').value`)).toBe('1');
    await page.click('[data-action="clear"]');
    await page.open(url);
    expect(new Set(await states())).toEqual(new Set(['']));
  });

  it('works where the browser keeps nothing, and where another program left its own there', async () => {
    await page.evaluate(`localStorage.setItem(${JSON.stringify(data.storageKey)}, '["right",99,{"a":1},"wrong"]')`);
    await page.open(url);
    expect((await states()).slice(0, 5)).toEqual(['right', '', '', 'wrong', '']);
    const { identifier } = await page.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })`,
    });
    await page.open(url);
    await page.click('#audit-images summary');
    await page.click(button(0, 'right'));
    expect((await states())[0]).toBe('right');
    expect(await text('[data-kept]')).toMatch(/keeps no marks: save them/);
    await page.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
  });

  it('prints the results and not the controls, and has room on a telephone', async () => {
    await page.click(button(0, 'right'));
    await page.send('Emulation.setEmulatedMedia', { media: 'print' });
    const shown = (selector: string) =>
      page.evaluate(`document.querySelector('${selector}').getClientRects().length > 0`);
    expect([await shown('#audit-results'), await shown('#audit-images')]).toEqual([true, false]);
    await page.send('Emulation.setEmulatedMedia', { media: '' });
    await page.send('Emulation.setDeviceMetricsOverride', {
      width: 360,
      height: 640,
      deviceScaleFactor: 1,
      mobile: true,
    });
    expect(await page.evaluate(`document.getElementById('audit').scrollWidth <= 360`)).toBe(true);
    await page.send('Emulation.clearDeviceMetricsOverride');
  });

  it('asks the network for nothing, breaks no rule of its policy and says nothing in the console', () => {
    const asked = page.requests.filter((request) => !/^(data:|blob:)/.test(request));
    expect(new Set(asked)).toEqual(new Set([url]));
    expect(page.problems).toEqual([]);
  });
});
