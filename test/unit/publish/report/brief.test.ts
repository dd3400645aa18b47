import { describe, expect, it } from 'vitest';
import { briefOf } from '../../../../core/publish/report/brief.ts';
import { minedSummary, summaryWith } from '../../../support/small-run.ts';
import { toyAudit } from '../../../support/toy-summary.ts';

const FACTS = { labelled: 700, benchmarks: { public: 10 }, warnings: 0 };
const HELPS = { omni: [0.44, 0.45, 0.46], control: [0.4, 0.41, 0.42] };

describe('the run in plain words', () => {
  it('says what a gain is worth in images, and between which numbers it may lie', () => {
    const [worth, beside] = briefOf(summaryWith(HELPS), FACTS).worth;
    expect(worth).toBe(
      'public: of 1,000 images, the net that learned from the labelled images alone names 410 right, the one that learned from the mined images as well 450, 40 more. With other images and another training it might have been anything from 40 more to 40 more (19 times out of 20). That is a gain: chance alone hardly makes such a difference.',
    );
    expect(beside).toBe(
      'Beside a net that was trained as long without the pool it is 40 more (40 more to 40 more): it is the pool that helped.',
    );
  });

  it('calls nothing a gain that may be chance, and gives no advice to use it', () => {
    const { worth, next } = briefOf(summaryWith({ omni: [0.39, 0.43, 0.43] }), FACTS);
    expect(worth[0]).toMatch(/anything from \d+ fewer to \d+ more .*That is no evidence of a gain/);
    expect(next.join(' ')).toContain('Do not count on the pool yet');
    expect(next.join(' ')).not.toContain('Use the mined images');
    expect(briefOf(summaryWith(HELPS), FACTS).next).toContain(
      'Use the mined images and the nets that learned from them.',
    );
  });

  it('warns of harm before anything else is advised', () => {
    const { worth, next } = briefOf(summaryWith({ omni: [0.36, 0.37, 0.38] }), FACTS);
    expect(worth[0]).toContain('That is a loss: the mined images do harm here.');
    expect(next.join(' ')).toContain('Do not use the mined images as they are.');
  });

  it('leaves no doubt that nobody has looked at the labels, as long as nobody has', () => {
    const unchecked = briefOf(summaryWith(), { ...FACTS, warnings: 2 });
    expect(unchecked.given[0]).toMatch(/^700 images of which people had said what they show, in 2 classes: /);
    expect(unchecked.cameOut[1]).toContain('no person has checked');
    expect(unchecked.next.slice(0, 2).join(' ')).toMatch(/2 points.*Audit by hand/);
    expect(unchecked.doubts.join(' ')).toContain('it marks its own work');
    const checked = briefOf(summaryWith({}, { mined: minedSummary({ audit: toyAudit() }) }), FACTS);
    expect(checked.cameOut[1]).toMatch(
      /^Of these labels 70.% are right, as far as 40 checked images tell \(55.% to 82.%\)\.$/,
    );
    expect(checked.doubts.join(' ')).not.toContain('it marks its own work');
  });

  it('says that small sets may show real people', () => {
    expect(briefOf(summaryWith(), FACTS).doubts.join(' ')).toContain('they hold copies of real images');
  });
});
