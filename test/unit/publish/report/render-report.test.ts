import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { minedFile } from '../../../../core/artifacts/mined.ts';
import { readHandAudit } from '../../../../core/publish/report/hand-audit.ts';
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
import { toyAudit } from '../../../support/toy-summary.ts';

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
    const scripts = [...page.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual(['<script type="application/json" id="audit-data">', '<script>']);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).toContain(escaped(HOSTILE_CLASS));
    expect(page).not.toContain(HOSTILE_KEY);
    expect(page).toContain(escaped(HOSTILE_KEY));
  });

  it('runs its own script alone, which its policy knows by its hash', () => {
    const [, script] = /<script>(.*)<\/script>\n<\/body>/s.exec(page)!;
    const hash = createHash('sha256').update(script!).digest('base64');
    expect(page).toContain(`script-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`);
    expect(script).not.toMatch(/\b(fetch|XMLHttpRequest|WebSocket|innerHTML|eval|import)\b/);
  });

  it('has neither script nor audit where nothing was mined', async () => {
    const store = await smallRun();
    await minedFile('small', 0).write(store, { score: 'similarity', classes: [], rows: [] });
    const empty = await renderReport(store, summaryWith());
    expect(empty).not.toContain('<script');
    expect(empty).toContain('script-src &#39;none&#39;');
    expect(empty).not.toMatch(/(id|href)="#?audit/);
  });

  it('shows who audits no key and no score, which would tell what to find', () => {
    const [, section] = /<section id="audit">(.*?)<template/s.exec(page)!;
    expect(section!.match(/<img /g)).toHaveLength(40);
    expect(section).not.toMatch(/pool\/|0\.8|similarity|probability/);
  });

  it('asks about some hundred images at most, however many classes there are', async () => {
    const classes = Array.from({ length: 50 }, (_, label) => `c${label}`);
    const audit = await readHandAudit(await smallRun(), summaryWith({}, { classes }));
    expect(audit.classes.map(({ images }) => images.length)).toEqual([8, 8, ...new Array(48).fill(0)]);
    expect(audit.classes[0]).toMatchObject({ name: 'c0', mined: 20 });
  });

  it('keeps the marks of another draw apart', async () => {
    const mine = await readHandAudit(await smallRun(), summaryWith());
    const other = await readHandAudit(await smallRun(), summaryWith({}, { classes: [HOSTILE_CLASS, 'other'] }));
    expect(other.fingerprint).not.toBe(mine.fingerprint);
  });

  it('asks the network for nothing', () => {
    const text = page.replaceAll(/base64,[A-Za-z0-9+/=]+/g, '').replaceAll(/<script[\s\S]*?<\/script>/g, '');
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

  it('sets what a set costs to send beside the weights that could be sent instead', () => {
    const mailed = page.slice(page.indexOf('<section id="mailed">'));
    expect(mailed).toContain('packed-ipc1: 33 kB, 41.0 %');
    expect(mailed).toContain('consistent, its weights: 560 kB, 41.0 %');
    expect(mailed).toContain('their labels alone, 30 kB: see <code>boost/no-pool</code>');
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
    const part = { checked: 20, right: 15, unsure: 0, precision: 0.75, low: 0.53, high: 0.89 };
    const byClass = { [HOSTILE_CLASS]: part, plain: { ...part, checked: 0 } };
    const mined = minedSummary({ audit: toyAudit({ byClass }) });
    const audited = await renderReport(await smallRun(), summaryWith({}, { mined }));
    expect(audited).toMatch(
      /audited precision<\/dt><dd>70\.0.%<\/dd><dd class="aside">95 %: 54\.6 to 81\.9; 40 labels checked</,
    );
    expect(audited).toMatch(
      /title="95 %: 53\.0 to 89\.0, 20 labels checked">75\.0.%<\/td><\/tr><tr>.*?<td class="number none">–/,
    );
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
      size: async (key: string) => (key.endsWith('mined.parquet') ? undefined : store.size(key)),
    };
    await expect(renderReport(broken, summaryWith())).rejects.toThrow('mined.parquet');
  });
});
