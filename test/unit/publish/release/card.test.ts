import { describe, expect, it } from 'vitest';
import { releaseCard } from '../../../../core/publish/release/card.ts';
import { releaseEval } from '../../../../core/publish/release/protocol.ts';
import { plan, summary } from '../../../support/small-release.ts';

/** The card of a release whose classes have these names. */
const cardOf = (classes: string[]): string =>
  releaseCard(releaseEval({ ...plan, classes }, summary, [], { test: 2 }), summary, 0);

describe('the dataset card', () => {
  it('gives a class name no way to add a field, a tag or a turn of direction', () => {
    const card = cardOf(['"\nlicense: mit', '<script>\u202e|x']);
    expect(card.match(/^license: /gm)).toHaveLength(1);
    expect(card).toContain('"0": "\\"\\nlicense: mit"');
    expect(card).toContain('"1": "<script>\\u202e|x"');
    expect(card).toContain('Classes: \\" license\\: mit, \\<script\\>\\\\u202e\\|x.');
    expect(card).not.toContain('\u202e');
  });

  it('says which net the students were, where it is not the run’s', () => {
    const wide = { ...plan, config: { ...plan.config, student: { ...plan.config.student, net: { width: 64 } } } };
    const { protocol } = releaseEval(wide, summary, [], { test: 2 });
    expect(protocol.nets).toMatch(/^k2 of width \d+; students and their controls k2 of width 64; only\/ sets/);
    expect(releaseEval(plan, summary, [], { test: 2 }).protocol.nets).not.toContain('students');
  });

  it('leaves harmless names as they are', () => {
    expect(cardOf(['Freude', '喜び'])).toContain('Classes: Freude, 喜び.');
  });
});
