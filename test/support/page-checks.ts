import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from './chromium.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Reads a page as a reader of this mode and this width has it. @param width - CSS pixels */
export const readAs = async (page: Page, mode: 'light' | 'dark', width: number): Promise<void> => {
  const features = [{ name: 'prefers-color-scheme', value: mode }];
  await page.send('Emulation.setEmulatedMedia', { media: '', features });
  const mobile = width < 500;
  await page.send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile });
};

/** Opens everything that can be opened: what is folded away is to be as good as the rest. */
export const unfold = (page: Page): Promise<void> =>
  page.evaluate(`(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
    for (const one of document.querySelectorAll('input[type=checkbox]')) one.checked = true;
  })()`);

/**
 * What axe-core finds at serious level and above, and jumps of headings: a line for each rule and place.
 * @param rules - those that are asked; left out, all of them
 */
export const axeFaults = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  if (!(await page.evaluate<boolean>(`typeof axe === 'object'`))) await page.evaluate(`${AXE};0`);
  return page.evaluate(`axe.run({ resultTypes: ['violations']${rules === undefined ? '' : `, runOnly: ${JSON.stringify(rules)}`} }).then(({ violations }) => violations
    .filter(({ impact, id }) => impact === 'serious' || impact === 'critical' || id === 'heading-order')
    .flatMap(({ id, nodes }) => nodes.slice(0, 5).map(({ html, failureSummary }) =>
      id + ': ' + html.slice(0, 160) + ' ' + failureSummary.replace(/\\s+/g, ' ').slice(0, 260))))`);
};

/** Elements that are wider than the window and not in a box that scrolls by itself. */
export const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (one) => one !== null && (/auto|scroll|hidden/.test(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > width + 1 && !scrolls(one.parentElement) && !scrolls(one))
      .map((one) => one.tagName + '.' + one.className + ' ' + one.textContent.slice(0, 60) + ' ' + Math.round(one.getBoundingClientRect().right));
  })()`);

/** Texts that are set smaller than 12 pixels, with their size. */
export const smallTexts = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const { parentElement, data } = walker.currentNode;
      if (data.trim() === '' || parentElement.getClientRects().length === 0) continue;
      const svg = parentElement.ownerSVGElement;
      const scale = svg === undefined || svg === null ? 1 : (svg.getScreenCTM()?.a ?? 1);
      const size = parseFloat(getComputedStyle(parentElement).fontSize) * scale;
      if (size < 11.95) found.push(size.toFixed(1) + ' ' + parentElement.tagName + '.' + parentElement.className + ' ' + data.trim().slice(0, 40));
    }
    return found;
  })()`);

/** Pictures that a screen reader has no words for. */
export const unnamedPictures = (page: Page): Promise<number> =>
  page.evaluate(`[...document.querySelectorAll('img, svg')].filter((one) =>
    !(one.getAttribute('alt') ?? one.getAttribute('aria-label'))).length`);
