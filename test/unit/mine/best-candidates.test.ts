import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../core/contracts/mined.ts';
import { bestCandidates, byScore, candidateLimit } from '../../../core/mine/best-candidates.ts';
import { random } from '../../../core/tensor/random.ts';

const VALUES = 4;
const candidate = (key: string, score: number, label = 0): Candidate => ({
  key,
  shard: 0,
  row: 0,
  sha256: key.padEnd(64, '0'),
  label,
  score,
  sureness: 0.5,
});
/** An image that says whose it is. */
const imageOf = (i: number): Uint8Array => Uint8Array.of(i % 256, (i >> 8) % 256, i >> 16, 9);

describe('Function: bestCandidates', () => {
  it.each([1, 2, 7, 1024, 1025, 2999, 3000, 5000])(
    'keeps with room for %i what sorting all of them would have kept, each with its own image',
    (limit) => {
      // Prepare: few different scores, so that many tie
      const draw = random('best', limit);
      const all = Array.from({ length: 3000 }, (_, i) =>
        candidate(`k${String(i).padStart(4, '0')}`, Math.round(draw.uniform(-20, 20)) / 20),
      );
      const images = new Map(all.map(({ key }, i) => [key, imageOf(i)]));
      const best = bestCandidates(limit, VALUES);
      // Act
      for (const one of all) best.offer(one, images.get(one.key)!);
      const { candidates, pixels } = best.take(5000);
      // Assess
      const expected = [...all].sort(byScore).slice(0, limit);
      expect(candidates).toEqual(expected.map((one, row) => ({ ...one, row })));
      expect(pixels).toEqual(Uint8Array.from(expected.flatMap(({ key }) => [...images.get(key)!])));
    },
  );

  it('leaves members of one name in the order of the archive, as sorting all of them did', () => {
    const best = bestCandidates(3, VALUES);
    for (let i = 0; i < 5; i++) best.offer(candidate('same', 0.5, i), imageOf(i));
    expect(best.take(3).candidates.map(({ label }) => label)).toEqual([0, 1, 2]);
  });

  it('gives fewer when it is asked for fewer', () => {
    const best = bestCandidates(10, VALUES);
    for (let i = 0; i < 5; i++) best.offer(candidate(`k${i}`, i / 10), imageOf(i));
    const { candidates, pixels } = best.take(2);
    expect(candidates.map(({ key }) => key)).toEqual(['k4', 'k3']);
    expect(pixels).toHaveLength(2 * VALUES);
  });

  it('does not hold on to images that the reader uses again', () => {
    const best = bestCandidates(1, VALUES);
    const image = imageOf(7);
    best.offer(candidate('a', 0), image);
    image.fill(0);
    expect(best.take(1).pixels).toEqual(imageOf(7));
  });
});

describe('Function: candidateLimit', () => {
  it.each([
    [20_000, 48 * 48, 20_000],
    [20_000, 128 * 128 * 3, 2048],
    [100, 128 * 128 * 3, 100],
    [1_000_000, 48 * 48, 43_690],
  ])('of %i wanted with %i bytes each it lets a shard keep %i', (wanted, values, expected) => {
    expect(candidateLimit(wanted, values)).toBe(expected);
  });
});
