import { describe, expect, it } from 'vitest';
import { verdictSentence } from '../../../core/text/verdict.ts';
import { toyVerdict } from '../../support/toy-summary.ts';

describe('the verdict in words', () => {
  it('says all that was measured', () => {
    expect(verdictSentence(toyVerdict('pays'))).toBe(
      'The mined images pay, as far as 100 labelled images tell, each asked of two nets that had not seen it, one trained ' +
        'with mined images and one without: accuracy +2.0 points (95 %: 0.0 to +4.0; t +2.00), Brier score better by ' +
        '+0.0200 (95 %: +0.0004 to +0.0396; t +2.00).',
    );
  });

  it('words nothing as a gain where there is no evidence, and does not hide harm', () => {
    expect(verdictSentence(toyVerdict('no-evidence'))).toMatch(/^No evidence that the mined images help, or/);
    expect(verdictSentence(toyVerdict('harms'))).toMatch(/^The mined images do harm, .* accuracy −2\.5 points/);
  });
});
