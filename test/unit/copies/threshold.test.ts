import { describe, expect, it } from 'vitest';
import { thresholdAmong } from '../../../core/copies/threshold.ts';

const card = { references: 800, threshold: 0.92, own: { images: 300, median: 0.7, high: 0.83 } };

describe('Function: thresholdAmong', () => {
  it('asks no more than the card among as many images, or fewer', () => {
    expect(thresholdAmong(card, 0)).toBe(0.92);
    expect(thresholdAmong(card, 800)).toBe(0.92);
  });

  it('asks for more among millions, where some of all other faces are that alike', () => {
    const [some, many] = [thresholdAmong(card, 20_000), thresholdAmong(card, 1_200_000)];
    expect(some).toBeGreaterThan(0.94);
    expect(many).toBeGreaterThan(some);
    expect(many).toBeLessThan(0.98);
  });

  it('has nothing to go by where images were too few for a card', () => {
    expect(thresholdAmong({ references: 3, threshold: 0.92 }, 1e9)).toBe(0.92);
  });
});
