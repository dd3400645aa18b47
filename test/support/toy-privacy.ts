import type { Nearness, SetPrivacy } from '../../core/contracts/privacy.ts';

/** A part of the views that are copies. */
export const toyNearness = (share: number): Nearness => ({
  views: { minimum: 0.01, median: 0.1 },
  real: { low: 0.2, median: 0.4 },
  copies: { share, low: Math.max(0, share - 0.02), high: Math.min(1, share + 0.02) },
  traced: 0.75,
  nearest: [{ image: 0, view: 1, key: 'pool/1.png', distance: 0.01 }],
});

/** What is measured of a set whose views are all copies, as those of `packed` are. */
export const toyPrivacy = (more: Partial<SetPrivacy> = {}): SetPrivacy => ({
  set: { method: 'packed', ipc: 1 },
  views: 8,
  realImages: 40,
  realCompared: 40,
  pixels: toyNearness(1),
  embedding: toyNearness(0.9),
  membership: {
    draws: 2,
    used: 16,
    unused: 64,
    images: { auc: { area: 1, low: 0.96, high: 1 }, found: { share: 1, low: 0.81, high: 1 } },
    nets: { auc: { area: 0.55, low: 0.4, high: 0.7 }, found: null },
  },
  ...more,
});
