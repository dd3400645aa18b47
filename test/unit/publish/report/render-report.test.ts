import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../../../core/publish/report/render-report.ts';
import {
  ARMS,
  HOSTILE_CLASS,
  HOSTILE_KEY,
  levelOf,
  minedSummary,
  smallRun,
  summaryWith,
} from '../../../support/small-run.ts';

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Images of a page with what their tooltip says. */
const imagesOf = (page: string): { data: Buffer; title: string }[] =>
  [...page.matchAll(/<img src="data:image\/png;base64,([^"]+)"[^>]* title="([^"]*)"/g)].map(([, data, title]) => ({
    data: Buffer.from(data!, 'base64'),
    title: title!,
  }));

let page = '';

beforeAll(async () => {
  page = await renderReport(await smallRun(), summaryWith());
});

describe('a report', () => {
  it('lets no class name and no pool key become markup', () => {
    expect(page).not.toContain('<script');
    expect(page).toContain(escaped(HOSTILE_CLASS));
    expect(page).not.toContain(HOSTILE_KEY);
    expect(page).toContain(escaped(HOSTILE_KEY));
  });

  it('asks the network for nothing and runs no code', () => {
    const text = page.replaceAll(/base64,[A-Za-z0-9+/=]+/g, '');
    expect(text).not.toMatch(/https?:|\/\/[a-z]|url\(|@import|@font-face|javascript:/i);
    expect(text).not.toMatch(/<(?:script|iframe|object|embed|form|base)\b|<[^>]*\son[a-z]+\s*=\s*["'a-z]/i);
    for (const [, target] of text.matchAll(/\b(?:src|href)="([^"]*)"/g)) expect(target).toMatch(/^(?:#|data:)/);
    expect(text).toContain('content="default-src &#39;none&#39;; img-src data:;');
  });

  it('has a target for every link of its contents', () => {
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(4);
    for (const id of links) expect(page).toContain(`<section id="${id}">`);
  });

  it('lists every arm with its accuracy and macro recall, and its gain with the interval', () => {
    for (const name of ARMS) expect(page).toContain(`<span class="name">${name}</span>`);
    expect(page.match(/<span class="name">/g)).toHaveLength(ARMS.length);
    const figure = (label: string): string =>
      `data-label="${label} %" title="95 %: 41.5 to 47.2; by seed: 43.0, 45.0, 45.0">44.3<`;
    expect(page).toContain(figure('accuracy'));
    expect(page).toContain(figure('macro recall'));
    expect(page).toContain(
      'title="sign-flip p 0.25">+3.3 <small class="up">gain</small><small class="interval">+1.9 to +4.8</small>',
    );
  });

  it('shows each mined image beside its own scores', async () => {
    // Prepare: rank 1 is the first row of the second shard
    const second = imagesOf(page).find(({ title }) => title.startsWith('pool/1.png: '))!;
    // Act
    const { data } = await sharp(second.data).raw().toBuffer({ resolveWithObject: true });
    // Assess
    expect(data[0]).toBe(levelOf({ shard: 1, row: 0 }));
    expect(second.title).toMatch(/rank 2, similarity 0\.890, probability 80\.0/);
  });

  it('shows every distilled image with the soft label of each view', () => {
    const made = imagesOf(page).filter(({ title }) => title.startsWith('made for plain'));
    const label = `plain 75 %, ${escaped(HOSTILE_CLASS)} 25 %`;
    expect(made.map(({ title }) => title).sort()).toEqual([
      `made for plain: ${label}`,
      `made for plain: ${[1, 2, 3, 4].map((view) => `view ${view}: ${label}`).join('; ')}`,
    ]);
  });

  it('pools the confusion over seeds, and says how many images the benchmark has', () => {
    expect(page).toContain('10 images');
    expect(page).toMatch(/>75<\/td>.*?>25<\/td><td class="recall">75\.0<\/td>/);
  });

  it('counts what was left out by reason, and shows an audit where there is one', async () => {
    expect(page).toMatch(/the same image twice<\/th><td class="number">3</);
    expect(page).not.toContain('audited precision');
    const mined = minedSummary({ audit: { checked: 40, precision: 0.7, low: 0.546, high: 0.819 } });
    const audited = await renderReport(await smallRun(), summaryWith({}, { mined }));
    expect(audited).toMatch(/audited precision<\/dt><dd>70\.0.%<\/dd><dd class="aside">95 % interval 54\.6.% to 81\.9/);
  });

  it('calls a gain within noise no evidence where the eye falls first', async () => {
    const noisy = await renderReport(await smallRun(), summaryWith({ omni: [0.39, 0.43, 0.43] }));
    expect(noisy).toMatch(/<article class="card no-evidence">.*<p class="verdict">No evidence of a gain/s);
    expect(page).toMatch(/<article class="card gain">/);
  });

  it('is the same for the same run', async () => {
    expect(await renderReport(await smallRun(), summaryWith())).toBe(page);
  });

  it('names the object that a broken run lacks', async () => {
    const store = await smallRun();
    const broken = {
      ...store,
      get: async (key: string) => (key.endsWith('mined.parquet') ? undefined : store.get(key)),
    };
    await expect(renderReport(broken, summaryWith())).rejects.toThrow('mined.parquet');
  });
});
