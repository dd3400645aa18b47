import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadSelection } from '../../../core/aggregate/selection.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { SELECTIONS } from '../../../core/contracts/selections.ts';

/** Candidates of these classes, by falling score. */
const candidates = (...labels: number[]): Candidate[] =>
  labels.map((label, row) => {
    const score = 0.9 - row / 1000;
    return { key: `k${row}`, shard: 0, row, sha256: `${row}`.padEnd(64, '0'), label, score, sureness: 0.5 };
  });

const rowsOf = (chosen: readonly { readonly candidate: Candidate }[]): number[] =>
  chosen.map(({ candidate }) => candidate.row);

/** How often each class is drawn, of all draws. */
const drawnMix = (chosen: readonly { readonly candidate: Candidate; readonly weight: number }[], classes: number) => {
  const total = chosen.reduce((sum, { weight }) => sum + weight, 0);
  return Array.from({ length: classes }, (_, label) =>
    chosen.filter((one) => one.candidate.label === label).reduce((sum, { weight }) => sum + weight / total, 0),
  );
};

describe('the rules that candidates are chosen by', () => {
  it('have their code, and there is no code that cannot be asked for', async () => {
    const files = await readdir(new URL('../../../core/aggregate/selections/', import.meta.url));
    expect(files.sort()).toEqual(
      Object.keys(SELECTIONS)
        .map((name) => `${name}.ts`)
        .sort(),
    );
  });

  it.each(Object.keys(SELECTIONS) as (keyof typeof SELECTIONS)[])(
    '%s takes no more than is wanted, the best first, and weights of 1 on average',
    async (name) => {
      const select = await loadSelection(name);
      for (const wanted of [0, 1, 4, 9]) {
        const chosen = select(candidates(0, 0, 1, 0, 1, 0, 0), { wanted, poolMix: [0.5, 0.5], cuts: [0.5, 0.8975] });
        expect(chosen.length).toBeLessThanOrEqual(wanted);
        expect(rowsOf(chosen)).toEqual([...rowsOf(chosen)].sort((a, b) => a - b));
        const mean = chosen.reduce((sum, { weight }) => sum + weight, 0) / Math.max(1, chosen.length);
        if (chosen.length > 0) expect(mean).toBeCloseTo(1, 9);
      }
    },
  );
});

describe('predicted-mix', () => {
  it('draws the best in the proportions of the pool, or a student would learn a mix that no pool has', async () => {
    const select = await loadSelection('predicted-mix');
    const chosen = select(candidates(0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 2), { wanted: 8, poolMix: [0.4, 0.6, 0], cuts: [] });
    expect(rowsOf(chosen)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const [zero, one] = drawnMix(chosen, 2);
    expect(zero).toBeCloseTo(0.4, 9);
    expect(one).toBeCloseTo(0.6, 9);
  });

  it('shows no image more than ten times as often as it would be drawn by chance', async () => {
    const select = await loadSelection('predicted-mix');
    // One image would stand for half of the pool.
    const chosen = select(candidates(...new Array<number>(99).fill(0), 1), {
      wanted: 100,
      poolMix: [0.5, 0.5],
      cuts: [0.5, 0.8975],
    });
    const [often, rare] = [chosen[99]!.weight, chosen[0]!.weight];
    expect(often / rare).toBeCloseTo(10 / (0.5 / 0.99), 6);
  });

  it('lives with a class of which nothing was mined', async () => {
    const select = await loadSelection('predicted-mix');
    const chosen = select(candidates(0, 0, 0), { wanted: 3, poolMix: [0.7, 0.3], cuts: [] });
    expect(chosen).toHaveLength(3);
    for (const { weight } of chosen) expect(weight).toBeCloseTo(1, 9);
  });
});

describe('by-class', () => {
  it('takes the best of each class in the proportions of the pool', async () => {
    const select = await loadSelection('by-class');
    const chosen = select(candidates(0, 0, 0, 0, 1, 1, 1), { wanted: 4, poolMix: [0.5, 0.5], cuts: [0.5, 0.8975] });
    expect(rowsOf(chosen)).toEqual([0, 1, 4, 5]);
  });
});

describe('class-thresholds', () => {
  it('takes of each class what lies above its own threshold, drawn in the proportions of the pool', async () => {
    const select = await loadSelection('class-thresholds');
    // Scores fall by 0.001 from 0.9 on: class 1 is cut after its first image, class 2 has none that passes.
    const cuts = [0.895, 0.898, Number.POSITIVE_INFINITY];
    const chosen = select(candidates(0, 0, 1, 1, 2, 0, 0), { wanted: 7, poolMix: [0.5, 0.5, 0], cuts });
    expect(rowsOf(chosen)).toEqual([0, 1, 2, 5]);
    const [zero, one] = drawnMix(chosen, 2);
    expect(zero).toBeCloseTo(0.5, 9);
    expect(one).toBeCloseTo(0.5, 9);
  });
});
