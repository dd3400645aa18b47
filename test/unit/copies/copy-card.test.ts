import { beforeAll, describe, expect, it } from 'vitest';
import { copyCardOf } from '../../../core/copies/copy-card.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { selectBackend } from '../../../core/tensor/backend.ts';
import { album, portraits, stripes } from '../../support/portraits.ts';

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

describe('Function: copyCardOf', () => {
  beforeAll(async () => {
    await selectBackend({ forced: 'wasm' });
  });

  it('takes the threshold that was asked for where different images differ', () => {
    const { references, threshold, own } = copyCardOf(thumbnailsOf(portraits(...SEEDS)), 0.93, 0);
    expect([references, threshold, own!.images]).toEqual([40, 0.93, 40]);
    expect(own!.median).toBeLessThan(own!.high);
    expect(own!.high).toBeLessThan(0.9);
  });

  it('asks for more where different images are alike, or a pool of digits would be taken for copies', () => {
    const { threshold, own } = copyCardOf(thumbnailsOf(album(...SEEDS.map(stripes))), 0.93, 0);
    expect(own!.median).toBeGreaterThan(0.93);
    expect(threshold).toBeGreaterThan(own!.high);
    expect(threshold).toBeLessThan(1);
  });

  it('does not let copies within a benchmark hide those in the pool', () => {
    const twins = [...SEEDS, 5];
    const { threshold } = copyCardOf(thumbnailsOf(portraits(...twins, 100, 101, 102)), 0.93, 0);
    expect(threshold).toBe(0.93);
  });

  it('concludes nothing from a handful', () => {
    expect(copyCardOf(thumbnailsOf(album(stripes(1), stripes(2))), 0.93, 0)).toEqual({
      references: 2,
      threshold: 0.93,
    });
  });
});
