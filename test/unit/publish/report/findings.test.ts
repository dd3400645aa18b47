import { describe, expect, it } from 'vitest';
import {
  controlSentence,
  distilledSentence,
  gainSentence,
  warningsOf,
} from '../../../../core/publish/report/findings.ts';
import { minedSummary, summaryWith } from '../../../support/small-run.ts';
import { toyAudit } from '../../../support/toy-summary.ts';

const PRIMITIVE = [0.4, 0.41, 0.42];

describe('what the report says about the gain', () => {
  it('names a gain with its size, its interval and its seeds', () => {
    expect(gainSentence(summaryWith(), 'public')).toBe(
      'Training with 40 mined images raises accuracy by +3.3 points (95 %: +1.9 to +4.8; 3 paired seeds).',
    );
  });

  it('does not credit the pool with what longer training does alone', () => {
    expect(controlSentence(summaryWith({ control: [0.42, 0.43, 0.44] }), 'public')).toBe(
      'The same training without the pool changes it by +2.0\u00a0(+2.0\u00a0to\u00a0+2.0) points. The mined images themselves are worth ' +
        '+1.3\u00a0(−0.1\u00a0to\u00a0+2.8) points (no evidence).',
    );
  });

  it('calls a gain whose interval holds 0 no evidence', () => {
    const noisy = summaryWith({ omni: [0.39, 0.43, 0.43] });
    expect(gainSentence(noisy, 'public')).toMatch(
      /^No evidence of a gain: .* \+0\.7 points \(95 %: −3\.1 to \+4\.5; 3 paired seeds\), which may be chance\.$/,
    );
  });

  it('does not hide harm', () => {
    expect(gainSentence(summaryWith({ omni: [0.35, 0.35, 0.37] }), 'public')).toMatch(
      /do harm: .* −5\.3 points \(95 %: −6\.8 to −3\.9/,
    );
  });

  it('does not take one seed for evidence, however large the gain', () => {
    const one = Object.fromEntries(Object.keys(summaryWith().images).map((name) => [name, [0.4]]));
    expect(gainSentence(summaryWith({ ...one, omni: [0.6] }), 'public')).toMatch(
      /^No evidence of a gain: .* \+20\.0 points on a single seed/,
    );
  });

  it('praises a distilled set only above both of its controls', () => {
    expect(distilledSentence(summaryWith(), 'public')).toContain(
      'packed-ipc1 (+2.0\u00a0(+2.0\u00a0to\u00a0+2.0) points) boosts the primitive',
    );
    const asRandom = summaryWith({ 'boost/random-ipc1': [0.42, 0.43, 0.44] });
    expect(distilledSentence(asRandom, 'public')).toBe(
      'Of 1 distilled set, none is shown to be above its controls here.',
    );
  });
});

describe('the warnings', () => {
  it('are silent where there is nothing to warn of', () => {
    expect(warningsOf(summaryWith())).toEqual([]);
  });

  it('name a skewed class mix as the reason for harm, and do not guess another domain', () => {
    const [easy, rare] = Object.keys(minedSummary().byClass) as [string, string];
    const mined = minedSummary({
      poolByClass: { [easy]: 100, [rare]: 100 },
      drawnByClass: { [easy]: 0.95, [rare]: 0.05 },
      selection: { name: 'global', fraction: 0.2, automatic: false },
    });
    const warnings = warningsOf(summaryWith({ omni: [0.35, 0.35, 0.37] }, { mined })).join('\n');
    expect(warnings).toContain('Their class mix is reason enough: see below.');
    expect(warnings).toMatch(/another class mix than .* 95\.0.% instead of 50\.0.%.*The selection was global/);
    expect(warnings).not.toContain('same kind of images');
  });

  it('are silent about a class mix that is near the pool’s', () => {
    const [one, other] = Object.keys(minedSummary().byClass) as [string, string];
    const mix = { poolByClass: { [one]: 50, [other]: 50 }, drawnByClass: { [one]: 0.7, [other]: 0.3 } };
    expect(warningsOf(summaryWith({}, { mined: minedSummary(mix) }))).toEqual([]);
    const beyond = { ...mix, drawnByClass: { [one]: 0.71, [other]: 0.29 } };
    expect(warningsOf(summaryWith({}, { mined: minedSummary(beyond) }))).toHaveLength(1);
  });

  it('say that the control gained as much as omni', () => {
    const warnings = warningsOf(summaryWith({ control: [0.44, 0.45, 0.46] }));
    expect(warnings).toEqual([
      expect.stringContaining('the control, which never saw the pool, gained as much as omni'),
    ]);
    expect(warnings[0]).toContain(
      'control +4.0\u00a0(+4.0\u00a0to\u00a0+4.0), omni +3.3\u00a0(+1.9\u00a0to\u00a0+4.8)',
    );
  });

  it('say that omni is ahead of the control by no more than chance may give', () => {
    const warnings = warningsOf(summaryWith({ control: [0.42, 0.45, 0.42] }));
    expect(warnings).toEqual([
      expect.stringContaining('ahead of the control by +1.3\u00a0(−2.5\u00a0to\u00a0+5.1) points'),
    ]);
  });

  it('name the rival that a distilled set did not beat', () => {
    const [warning] = warningsOf(summaryWith({ 'boost/no-pool': [0.43, 0.44, 0.45] }));
    expect(warning).toContain('packed-ipc1 (−1.0\u00a0(−1.0\u00a0to\u00a0−1.0) over no-pool)');
    expect(warning).toContain('earns its place only above');
    expect(warning).not.toContain('over random');
  });

  it('name a distilled set that beats its controls but not the primitive', () => {
    const low = [0.3, 0.31, 0.32];
    const [warning] = warningsOf(
      summaryWith({ 'boost/no-pool': low, 'boost/random-ipc1': low, 'boost/packed-ipc1': PRIMITIVE }),
    );
    expect(warning).toContain('packed-ipc1 (0.0\u00a0(0.0\u00a0to\u00a00.0) over the primitive)');
  });

  it('name failed shards with their reason, truncated ones, and probabilities that the audit refutes', () => {
    const mined = minedSummary({
      failedShards: [{ shard: 7, error: { name: 'DataError', message: 'cut in the middle', exitCode: 65 } }],
      truncatedShards: [3, 4],
      audit: toyAudit({ precision: 0.5, low: 0.35, high: 0.64 }),
    });
    expect(warningsOf(summaryWith({}, { mined }))).toEqual([
      expect.stringMatching(/expected 75\.0.% .* audit found 50\.0/),
      expect.stringContaining('The mined set lacks 1 shard that failed: 7 (cut in the middle)'),
      expect.stringMatching(/^2 shards kept too few candidates.*: 3, 4\./),
    ]);
  });

  it('say that less was mined than was asked for, and which setting gives more', () => {
    const mined = minedSummary({ mined: 1_400_000, asked: 20_000_000 });
    expect(warningsOf(summaryWith({}, { mined }))).toEqual([
      expect.stringMatching(/^Of 20,000,000 images that were to be mined, the best 1,400,000 were.*aggregateMemoryMiB/),
    ]);
  });

  it('compare what the model expects of the whole mined set with no audit of a part of it', () => {
    const mined = minedSummary({ audit: toyAudit({ precision: 0.5, low: 0.35, high: 0.64, covered: 0.9 }) });
    expect(warningsOf(summaryWith({}, { mined }))).toEqual([]);
  });

  it('say when an audit file belongs to other images', () => {
    const mined = minedSummary({ audit: toyAudit({ checked: 0, precision: 0.5, low: 0, high: 1, covered: 0 }) });
    expect(warningsOf(summaryWith({}, { mined }))).toEqual([expect.stringMatching(/names none of the mined images/)]);
  });
});
