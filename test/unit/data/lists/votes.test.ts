import { describe, expect, it } from 'vitest';
import { majorityOf } from '../../../../core/data/lists/votes.ts';

const votes = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, count]) => ({ className: name === 'none' ? undefined : name, count }));

describe('votes', () => {
  it.each([
    ['a clear majority', { sad: 6, happy: 4 }, { className: 'sad' }],
    [
      'one that single votes do not stand against',
      { sad: 5, happy: 1, fear: 1, angry: 1, disgust: 2 },
      { className: 'sad' },
    ],
    ['a tie', { sad: 5, happy: 5 }, { why: 'no class has more than half of the votes (sad 5, happy 5)' }],
    [
      'the most, but not half',
      { sad: 4, happy: 3, fear: 3 },
      { why: expect.stringContaining('sad 4, happy 3, fear 3') },
    ],
    ['a majority for no face', { none: 8, sad: 2 }, { why: 'most votes are for no class' }],
    ['ten opinions', { sad: 1, happy: 1 }, { why: 'no class has more than half of the votes (no two agree)' }],
  ])('with %s: never the first column by chance', (_, counts, expected) => {
    expect(majorityOf(votes(counts))).toEqual(expected);
  });
});
