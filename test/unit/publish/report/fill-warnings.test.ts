import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../../core/contracts/presets.ts';
import { fillWarnings } from '../../../../core/publish/report/fill-warnings.ts';
import { toyMinedSummary, toySummary } from '../../../support/toy-summary.ts';

const config = resolveConfig('quick', { distill: { methods: ['random', 'packed', 'selection'], ipc: [2] } });
const warned = (byClass: Record<string, number>): string[] =>
  fillWarnings(toySummary({ config, mined: toyMinedSummary({ byClass, mined: 20 }) }));

describe('Function: fillWarnings', () => {
  it('says which sets of a release show labelled images, which nobody expects there', () => {
    expect(warned({ calm: 9, glad: 3 })).toEqual([
      'packed-ipc2 takes 8 images of each class, and fewer were mined of some (glad 3): their labelled images stand in the set as well, which then shows more than the pool.',
    ]);
    expect(warned({ calm: 9, glad: 8 })).toEqual([]);
  });

  it('says of which classes nothing was mined', () => {
    expect(warned({ calm: 20, glad: 0 })[0]).toBe(
      'No pool image was mined as glad: what the nets know of that class comes from the labelled images alone. Does the pool show it?',
    );
  });
});
