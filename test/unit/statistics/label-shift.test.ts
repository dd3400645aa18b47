import { describe, expect, it } from 'vitest';
import { shiftedMix } from '../../../core/statistics/label-shift.ts';

/** Two classes: of the first 9 in 10 are recognised, of the second 3 in 10. */
const confusionsOf = (each: number) => [
  [0.9 * each, 0.1 * each],
  [0.7 * each, 0.3 * each],
];

/** What is guessed of a pool with such a part of the first class. */
const guessedOf = (first: number) => [900 * first + 700 * (1 - first), 100 * first + 300 * (1 - first)];

describe('Function: shiftedMix', () => {
  it('finds a mix that the guesses flatter, or the miner expects to be right as often as its easy classes are guessed', () => {
    for (const first of [0.2, 0.5, 0.8]) {
      expect(guessedOf(first)[0]! / 1000).toBeGreaterThan(0.7);
      expect(shiftedMix(confusionsOf(10_000), guessedOf(first))[0]).toBeCloseTo(first, 1);
    }
  });

  it('follows few labelled images less far, which cannot know their confusions better', () => {
    const [few, many] = [50, 5000].map((each) => shiftedMix(confusionsOf(each), guessedOf(0.9))[0]!);
    expect(few).toBeGreaterThan(0.5);
    expect(few).toBeLessThan(many! - 0.1);
  });

  it('keeps a class possible that is never guessed, and shares evenly where nothing is', () => {
    const mix = shiftedMix(confusionsOf(100), [500, 0]);
    expect(mix[1]).toBeGreaterThan(0.04);
    expect(mix[0]! + mix[1]!).toBeCloseTo(1, 12);
    expect(shiftedMix(confusionsOf(100), [0, 0])).toEqual([0.5, 0.5]);
  });
});
