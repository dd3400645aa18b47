import { describe, expect, it } from 'vitest';
import type { DomainGap, GateCard } from '../../../../core/contracts/gate.ts';
import { poolWarnings } from '../../../../core/publish/report/pool-warnings.ts';
import { toyMinedSummary, toySummary } from '../../../support/toy-summary.ts';

const gap = (more: Partial<DomainGap>): DomainGap => ({
  labelled: 700,
  pool: 800,
  auc: 0.54,
  low: 0.51,
  high: 0.57,
  wide: false,
  ...more,
});

const gate = (junk: Partial<GateCard['junk']> = {}): GateCard => ({
  junk: {
    on: true,
    why: '',
    labelled: 700,
    votes: [],
    highest: 1.6,
    passed: { labelled: 0.98, junk: { noise: 0 } },
    unused: [],
    ...junk,
  },
  limits: {},
  sample: { images: 800, rejected: {} },
});

describe('Function: poolWarnings', () => {
  it('says nothing of a pool that shows what the labelled set shows', () => {
    const mined = toyMinedSummary({ poolImages: 100, rejected: { junk: 30 } });
    expect(poolWarnings(toySummary({ domainGap: gap({}), gate: gate(), mined }))).toEqual([]);
    expect(poolWarnings(toySummary())).toEqual([]);
  });

  it('names what was passed over and may hold images, and not the notes beside them', () => {
    const passedOver = {
      '.txt': 3,
      '.h5': 2,
      'hidden files': 9,
      'folders that may not be opened': 1,
      'links that leave the folder': 4,
    };
    expect(poolWarnings(toySummary({ poolFound: { formats: { tar: 1 }, passedOver } }))).toEqual([
      'Of the pool were passed over: 2 .h5, 1 folders that may not be opened, 4 links that leave the folder. What is in them was not looked at.',
    ]);
  });

  it('says in words that the pool is another domain, how sure that is, and what to do', () => {
    const wide = gap({ auc: 0.99, low: 0.98, high: 1, wide: true });
    const [warning, ...more] = poolWarnings(toySummary({ domainGap: wide }));
    expect(more).toEqual([]);
    expect(warning).toContain('The pool looks like another domain');
    expect(warning).toContain('in 99 % of the cases (95 %: 98 % to 100 %');
    expect(warning).toContain('label some images of this one');
  });

  it('says when most of the pool was left out as junk, and how to have it all the same', () => {
    const mined = toyMinedSummary({ poolImages: 100, rejected: { junk: 31 } });
    expect(poolWarnings(toySummary({ gate: gate(), mined }))[0]).toMatch(
      /^31\.0.% of the pool .* mining\.gate\.on to false\.$/,
    );
  });

  it('says that nothing was left out as junk, and why', () => {
    const off = gate({ on: false, why: '20 labelled images are too few' });
    expect(poolWarnings(toySummary({ gate: off }))).toEqual([
      'No image was left out as junk, because 20 labelled images are too few: look at the mined images before you use them.',
    ]);
  });
});
