import { expect, it } from 'vitest';
import { receiverSentences } from '../../../core/publish/receivers.ts';
import { summaryWith } from '../../support/small-run.ts';

const SETS = [
  { method: 'random', ipc: 1 },
  { method: 'packed', ipc: 1 },
] as const;

it('tells who has the labelled images apart from who has not: what pays for one may be nothing for the other', () => {
  const summary = summaryWith({
    'boost/no-pool': [0.44, 0.45, 0.46],
    'boost/packed-ipc1': [0.44, 0.451, 0.459],
    'only/random-ipc1': [0.3, 0.31, 0.32],
    'only/packed-ipc1': [0.35, 0.36, 0.37],
  });
  const plain = receiverSentences(summary, 'public', SETS).map((line) => line.replaceAll(/\u00a0|\u202f/g, ' '));
  expect(plain).toEqual([
    'Who has the labelled images gets +4.0 (+4.0 to +4.0) points (a gain) from the labels of their views alone, without any image.',
    expect.stringMatching(
      /^The images of packed-ipc1 add 0\.0 \(.*\) points \(no evidence\) to what labels give without them\.$/,
    ),
    'Who has not the labelled images gets a small net of 36.0 % from packed-ipc1, +5.0 (+5.0 to +5.0) points (a gain) over random images of the same number.',
  ]);
});

it('says nothing of labels that a run does not make', () => {
  const { config } = summaryWith();
  const bankless = summaryWith(
    {},
    { config: { ...config, distill: { ...config.distill, bank: { views: 0, layers: 3 } } } },
  );
  expect(receiverSentences(bankless, 'public', SETS).join(' ')).not.toContain('labels of their views');
});
