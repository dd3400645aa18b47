import { describe, expect, it } from 'vitest';
import { copyWarnings } from '../../../../core/publish/report/copy-warnings.ts';
import { miningSection } from '../../../../core/publish/report/mining-section.ts';
import { toyMinedSummary, toySummary } from '../../../support/toy-summary.ts';

const copy = (key: string) =>
  ({ key, reason: 'near-benchmark', detail: 'likeness 0.9812 to benchmarks.held/b/2.png' }) as const;
const own = { images: 300, median: 0.7, high: 0.85 };
const copies = {
  references: 3541,
  threshold: 0.9,
  own,
  labelled: [copy('labelled/a/1.png')],
  pool: [copy('p.tar/x.png')],
};

describe('Function: copyWarnings', () => {
  it('names labelled images that a measurement would have known, and what to do', () => {
    const summary = toySummary({ copies, inputRejected: { 'near-benchmark': 12 } });
    expect(copyWarnings(summary)).toEqual([
      '12 labelled images left out of training as near copies of benchmark images, e.g. labelled/a/1.png: likeness 0.9812 to benchmarks.held/b/2.png. Look at them, and take them out of one of the two.',
    ]);
  });

  it('is silent of copies in the pool, which the guard is there for, and where there are none', () => {
    expect(copyWarnings(toySummary({ copies: { ...copies, labelled: [] } }))).toEqual([]);
    expect(copyWarnings(toySummary())).toEqual([]);
  });
});

describe('the section on mining', () => {
  it('shows from where on an image is a copy, how many there are, and pairs to look at', () => {
    const mined = toyMinedSummary({ rejected: { 'near-benchmark': 7 } });
    const page = miningSection(toySummary({ copies, mined }), []).text;
    expect(page).toContain('likeness 0.900');
    expect(page).toContain('one of 3,541 benchmark images');
    expect(page).toMatch(/a near copy of a benchmark image<\/th><td class="number">7</);
    for (const key of ['labelled/a/1.png', 'p.tar/x.png']) expect(page).toContain(key);
  });

  it('shows what of the pool was the same as labelled images, and as better ones of it', () => {
    const mined = toyMinedSummary({ rejected: { 'near-labelled': 1, 'near-duplicate': 4000 } });
    const like = (key: string, reason: 'near-labelled' | 'near-duplicate') => ({ key, reason, detail: `like ${key}` });
    const duplicates = {
      labelledThreshold: 0.92,
      ofLabelled: [like('p.tar/l.png', 'near-labelled')],
      minedThreshold: 0.955,
      ofMined: [like('p.tar/m.png', 'near-duplicate')],
    };
    const page = miningSection(toySummary({ duplicates, mined }), []).text;
    expect(page).toContain('likeness 0.955');
    expect(page).toContain('1 copy of labelled images and 4,000 copies of better pool images were left out');
    expect(page).toMatch(/Near copies of labelled images in the pool.*p\.tar\/l\.png/s);
    expect(page).toMatch(/Near copies of better images of the pool.*p\.tar\/m\.png/s);
  });

  it('says nothing of copies where the run looked for none', () => {
    expect(miningSection(toySummary(), []).text).not.toContain('likeness');
  });
});
