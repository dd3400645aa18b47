import { beforeAll, describe, expect, it } from 'vitest';
import { CHANGES } from '../../../bench/copies/changes.ts';
import { nearCopies } from '../../../core/aggregate/near-copies.ts';
import { selectMined } from '../../../core/aggregate/select-mined.ts';
import { select } from '../../../core/aggregate/selections/global.ts';
import { type ShardFiles, shardFiles } from '../../../core/artifacts/shard.ts';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { HISTOGRAM_BINS } from '../../../core/contracts/mining-scores.ts';
import { sketcherOf } from '../../../core/copies/sketches.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import type { Store } from '../../../core/store/store.ts';
import { memoryStore } from '../../support/memory-store.ts';
import { album, portrait, portraits, SIDE } from '../../support/portraits.ts';

const THRESHOLD = 0.92;
const filesOf = (shard: number): ShardFiles => shardFiles('r', 0, shard);
let sketch: ReturnType<typeof sketcherOf>;

beforeAll(() => {
  sketch = sketcherOf(thumbnailsOf(portraits(...Array.from({ length: 60 }, (_, seed) => 500 + seed))));
});

/** A shard's candidates, in its own order, with scores that say how they rank among all. */
const keep = async (
  store: Store,
  shard: number,
  images: readonly (readonly [score: number, pixels: Uint8Array])[],
): Promise<Candidate[]> => {
  const thumbnails = thumbnailsOf(album(...images.map(([, pixels]) => pixels)));
  await filesOf(shard).thumbnails.write(store, thumbnails);
  await filesOf(shard).sketches.write(store, sketch(thumbnails));
  return images.map(([score, pixels], row) => ({
    key: `${shard}/${row}.png`,
    shard,
    row,
    sha256: Buffer.from(pixels.subarray(0, 32)).toString('hex'),
    label: 0,
    score,
    sureness: score,
  }));
};

const ranked = (...shards: readonly Candidate[][]): Candidate[] => shards.flat().sort((a, b) => b.score - a.score);

describe('Function: nearCopies', () => {
  it('finds the copy of a better image, in its own shard or another, and nothing in different ones', async () => {
    const store = memoryStore();
    const [jpeg, mirror] = [CHANGES['JPEG, quality 75']!, CHANGES.mirrored!];
    const one = await keep(store, 0, [
      [0.9, portrait(1)],
      [0.8, portrait(2)],
      [0.3, await mirror(portrait(2), SIDE)],
    ]);
    const two = await keep(store, 1, [
      [0.5, portrait(3)],
      [0.4, await jpeg(portrait(1), SIDE)],
    ]);
    const twins = await nearCopies(store, filesOf, ranked(one, two), THRESHOLD);
    expect([...twins].map(([{ key }, twin]) => `${key} of ${twin.key}`).sort()).toEqual([
      '0/2.png of 0/1.png',
      '1/1.png of 0/0.png',
    ]);
    for (const { likeness } of twins.values()) expect(likeness).toBeGreaterThan(0.97);
  });

  it('mines a photograph once, or it would weigh twice, and counts its copies towards the fraction', async () => {
    const store = memoryStore();
    const bright = CHANGES['brightness × 0.9']!;
    const candidates = await keep(store, 0, [
      [0.9, portrait(1)],
      [0.8, await bright(portrait(1), SIDE)],
      [0.7, portrait(2)],
      [0.6, portrait(3)],
    ]);
    const twins = await nearCopies(store, filesOf, candidates, THRESHOLD);
    const shard = { shard: 0, candidates, counts: new Uint32Array(HISTOGRAM_BINS), read: 4 };
    const options = {
      select,
      wanted: 3,
      poolMix: [1],
      cuts: [],
      range: [0, 1] as const,
      chance: { intercept: 0, slope: 1 },
      forbidden: new Set<string>(),
    };
    const { mined, rejected, copies } = selectMined(candidates, [shard], { ...options, twins });
    expect(mined.map(({ key }) => key)).toEqual(['0/0.png', '0/2.png']);
    expect(copies).toBeCloseTo(1 / 3, 6);
    expect(rejected).toEqual([
      {
        key: '0/1.png',
        reason: 'near-duplicate',
        detail: expect.stringMatching(/^likeness (0\.9|1\.0)\d+ to 0\/0\.png$/),
      },
    ]);
  });

  it('looks at the best alone where there are more than can be compared in time', async () => {
    const store = memoryStore();
    const jpeg = CHANGES['JPEG, quality 75']!;
    const known = await keep(store, 0, [
      [0.9, portrait(1)],
      [0.8, await jpeg(portrait(1), SIDE)],
      [0.7, portrait(2)],
      [0.6, await jpeg(portrait(2), SIDE)],
    ]);
    const twins = await nearCopies(store, filesOf, ranked(known), THRESHOLD, 3);
    expect([...twins.keys()].map(({ key }) => key)).toEqual([known[1]!.key]);
  });

  it('goes on without what a shard of an earlier version has not kept', async () => {
    const store = memoryStore();
    const known = await keep(store, 0, [[0.9, portrait(1)]]);
    const unknown = known.map((one) => ({ ...one, shard: 7, key: '7/0.png', sha256: 'f'.repeat(64), score: 0.1 }));
    expect(await nearCopies(store, filesOf, ranked(known, unknown), THRESHOLD)).toEqual(new Map());
    expect(await nearCopies(store, filesOf, [], THRESHOLD)).toEqual(new Map());
  });
});
