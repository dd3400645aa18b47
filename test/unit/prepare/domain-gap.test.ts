import { describe, expect, it } from 'vitest';
import { type LabelledImages, selectImages } from '../../../core/data/images.ts';
import { domainGap, FEWEST } from '../../../core/prepare/domain-gap.ts';
import { random } from '../../../core/tensor/random.ts';
import { gapSentence } from '../../../core/text/gap.ts';

const SIZE = 16;

/** Class c has a bright band in its c-th part from the top; another domain has less noise. */
const bands = (count: number, classes: number, seed: number, noise = 20): LabelledImages => {
  const draw = random('bands', seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const pixels = Uint8Array.from({ length: count * SIZE * SIZE }, (_, at) => {
    const row = Math.floor(at / SIZE) % SIZE;
    const bright = Math.floor((row * classes) / SIZE) === labels[Math.floor(at / SIZE ** 2)];
    return (bright ? 160 : 80) + noise * draw.normal();
  });
  return { size: SIZE, channels: 1, count, pixels, labels };
};

describe('Function: domainGap', () => {
  const labelled = bands(40, 4, 1);

  it('is near chance for a pool of the same kind, and says what it is', () => {
    const gap = domainGap(labelled, bands(100, 4, 2), 0)!;
    expect(gap.wide).toBe(false);
    expect(gap.low).toBeLessThan(0.62);
    expect(gapSentence(gap)).toMatch(
      /^Domain gap: shown a pool image beside a labelled one, .* 40 labelled images, 100 of the pool/,
    );
  });

  it('is wide for a pool of another kind, and says what to do', () => {
    const gap = domainGap(labelled, bands(100, 4, 2, 5), 0)!;
    expect(gap.auc).toBeGreaterThan(0.97);
    expect(gap.wide).toBe(true);
    expect(gapSentence(gap)).toMatch(/^The pool looks like another domain: .* or label some images of this one\.$/);
  });

  it('is not wide because the pool has other class proportions, or one class alone', () => {
    const pool = bands(200, 4, 2);
    const one = [...pool.labels.keys()].filter((i) => pool.labels[i] === 2);
    expect(domainGap(labelled, selectImages(pool, one), 0)!.wide).toBe(false);
    const skewed = [...pool.labels.keys()].filter((i) => pool.labels[i] === 0 || i % 16 < 4);
    expect(domainGap(labelled, selectImages(pool, skewed), 0)!.wide).toBe(false);
  });

  it('is not measured below the fewest images of either side', () => {
    expect(domainGap(bands(FEWEST - 1, 2, 1), bands(50, 2, 2), 0)).toBeUndefined();
    expect(domainGap(bands(50, 2, 1), bands(FEWEST - 1, 2, 2), 0)).toBeUndefined();
    expect(domainGap(bands(FEWEST, 2, 1), bands(FEWEST, 2, 2), 0)).toBeDefined();
  });
});
