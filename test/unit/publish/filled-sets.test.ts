import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import type { Summary } from '../../../core/contracts/summary.ts';
import { filledSets } from '../../../core/publish/filled-sets.ts';

describe('Function: filledSets', () => {
  it('names the sets that show labelled images for want of mined ones, so that nobody mails them unaware', () => {
    const config = resolveConfig('quick', {
      distill: { methods: ['random', 'packed', 'dm-averages', 'dm-noise'], ipc: [1] },
    });
    const mined = { byClass: { angry: 3, fear: 6, happy: 40 } } as unknown as Summary['mined'];
    expect(filledSets({ config, mined })).toEqual([
      { set: 'packed-ipc1', needed: 4, classes: [{ name: 'angry', mined: 3 }] },
      {
        set: 'dm-averages-ipc1',
        needed: 10,
        classes: [
          { name: 'angry', mined: 3 },
          { name: 'fear', mined: 6 },
        ],
      },
    ]);
  });
});
