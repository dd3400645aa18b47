import { describe, expect, it } from 'vitest';
import { binOf, HISTOGRAM_BINS } from '../../../core/contracts/mining-scores.ts';
import type { CopyGuard } from '../../../core/copies/copy-guard.ts';
import type { DecodedItem } from '../../../core/data/decode-items.ts';
import { inBatches } from '../../../core/data/pool/shard-batches.ts';
import { type GuardedBatch, type Guards, guarded } from '../../../core/mine/guarded.ts';
import { LISTED_REJECTIONS, type Miner, mineShard, type ShardResult } from '../../../core/mine/mine-shard.ts';
import { score } from '../../../core/mine/scores/similarity.ts';
import { toyConfig } from '../../support/toy.ts';

const VALUES = 16 * 16;
/** A fake image whose first byte is its angle in degrees. */
const image = (key: string, angle: number): DecodedItem => {
  const pixels = new Uint8Array(VALUES).fill(7);
  pixels[0] = angle;
  return { kind: 'image', key, pixels, sha256: key.padEnd(64, '0') };
};

/** Embeds an image at its angle; class 0 lies at 0°, class 1 at 90°. */
const miner: Miner = {
  temperature: 2,
  score,
  classes: 2,
  nets: [
    {
      prototypes: { width: 2, classes: 2, centre: new Float32Array(2), directions: Float32Array.of(1, 0, 0, 1) },
      model: {
        predict: async ({ count, pixels }) => {
          const angles = Array.from({ length: count }, (_, i) => (pixels[i * VALUES]! * Math.PI) / 180);
          return {
            embeddings: Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)])),
            logits: new Float32Array(2 * count),
          };
        },
        dispose: () => undefined,
      },
    },
  ],
};

async function* stream(items: readonly DecodedItem[]): AsyncGenerator<DecodedItem> {
  yield* items;
}

const batched = (
  items: readonly DecodedItem[],
  batch = 3,
  guards: Guards = { copies: [] },
): AsyncGenerator<GuardedBatch> => guarded(inBatches(stream(items), batch, { size: 16, channels: 1 }), guards);

const configWith = (maxCandidatesPerShard = 1000) => toyConfig({ mining: { maxCandidatesPerShard } });

const mine = (items: readonly DecodedItem[], config = configWith(), shard = 0): Promise<ShardResult> =>
  mineShard(batched(items), shard, config, miner, () => undefined);

describe('Function: mineShard', () => {
  it('sorts by falling score and ties by key, so that every machine keeps the same', async () => {
    const items = [image('c', 20), image('b', 5), image('a', 20), image('d', 88)];
    const { candidates, pixels, read } = await mine(items, configWith(), 3);
    expect(candidates.map(({ key, label, row, shard }) => [key, label, row, shard])).toEqual([
      ['d', 1, 0, 3],
      ['b', 0, 1, 3],
      ['a', 0, 2, 3],
      ['c', 0, 3, 3],
    ]);
    expect(candidates[0]!.score).toBeCloseTo(Math.cos((2 * Math.PI) / 180), 5);
    // Row by row the images of the candidates, or a mined label would stand on another face.
    expect([0, 1, 2, 3].map((row) => pixels[row * VALUES])).toEqual([88, 5, 20, 20]);
    expect(read).toBe(4);
  });

  it('hands on what could not be read, as it comes and not batch by batch', async () => {
    const broken: DecodedItem = { kind: 'rejected', rejection: { key: 'x', reason: 'empty', detail: '0 bytes' } };
    const result = await mine([image('a', 10), broken, image('b', 12)]);
    expect(result.candidates.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(result.rejected.listed).toEqual([{ key: 'x', reason: 'empty', detail: '0 bytes' }]);
    expect(result.histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(2);
  });

  it('counts all images it scored, kept or not: class by class, and how sure of them it is', async () => {
    const items = Array.from({ length: 10 }, (_, i) => image(`k${i}`, i < 7 ? i : 66 + 3 * i));
    const { candidates, histogram } = await mine(items, configWith(4));
    expect(candidates).toHaveLength(4);
    expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(10);
    expect(histogram.byClass).toEqual([7, 3]);
    expect(histogram.ofClasses).toEqual([]);
    // All lie near to their class.
    expect(histogram.sureness.reduce((sum, n) => sum + n, 0)).toBeCloseTo(10, 1);
    const highest = binOf(1, [-1, 1]);
    expect(histogram.sureness[highest]).toBeCloseTo(histogram.counts[highest]!, 2);
  });

  it('counts each class by itself where the rule of selection cuts it by itself', async () => {
    const items = Array.from({ length: 10 }, (_, i) => image(`k${i}`, i < 7 ? i : 66 + 3 * i));
    const config = configWith(4);
    const { histogram } = await mine(items, { ...config, mining: { ...config.mining, selection: 'class-thresholds' } });
    const sums = histogram.ofClasses.map((own) => own.reduce((sum, n) => sum + n, 0));
    expect(sums).toEqual([7, 3]);
    expect(histogram.ofClasses[0]!.at(-1)).toBe(7);
  });

  it('asks all nets and takes the mean of what they say, so that the luck of one does not choose', async () => {
    const [net] = miner.nets;
    // The second net sees the classes the other way round, and is as sure of it.
    const directions = Float32Array.of(0, 1, 1, 0);
    const other = { ...net!, prototypes: { ...net!.prototypes, directions } };
    const two = { ...miner, nets: [net!, other] };
    const { candidates, histogram } = await mineShard(batched([image('a', 0)]), 0, configWith(), two, () => undefined);
    expect(candidates[0]!.score).toBeCloseTo(0.5, 6);
    // Each of them alone is sure: that they disagree is what the chance has to know.
    expect(histogram.nets.sums).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(histogram.nets.squaredTotals).toBeCloseTo(4, 6);
    expect(histogram.nets.squaredSureness).toBeCloseTo(0.25, 6);
  });

  it('reads the chance from what means the same of one net and of several, not from how many agree', async () => {
    const unanimous: Miner = { ...miner, score: () => ({ label: 0, score: 0.9, sureness: 0.5 }) };
    const { candidates } = await mineShard(batched([image('a', 0)]), 0, configWith(), unanimous, () => undefined);
    expect(candidates[0]!.score).toBe(0.9);
    expect(candidates[0]!.sureness).toBe(0.5);
  });

  it('leaves out copies of labelled and of benchmark images, and says so rather than that they are junk', async () => {
    const taught = { reason: 'near-labelled', detail: 'likeness 0.9700 to labelled/a/1.png' } as const;
    const held = { reason: 'near-benchmark', detail: 'likeness 0.9800 to benchmarks.held/a/1.png' } as const;
    /** Knows images by how many came before them. */
    const guardOf = (known: ReadonlyMap<number, typeof taught | typeof held>): CopyGuard => {
      let seen = 0;
      return { judge: ({ count }) => Array.from({ length: count }, () => known.get(seen++)), dispose: () => undefined };
    };
    const copies = [
      guardOf(new Map([[1, taught]])),
      guardOf(
        new Map([
          [1, held],
          [3, held],
        ]),
      ),
    ];
    const items = [image('a', 10), image('both', 30), image('b', 12), image('copy', 13)];
    const result = await mineShard(batched(items, 3, { copies }), 0, configWith(), miner, () => undefined);
    expect(result.candidates.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(result.rejected.listed).toEqual([
      { key: 'both', ...taught },
      { key: 'copy', ...held },
    ]);
    expect(result.read).toBe(4);
  });

  it('leaves out what the gate refuses, with its reason and what was measured', async () => {
    const sample = { images: 0, rejected: {} };
    const junk = {
      on: false,
      why: '',
      labelled: 0,
      votes: [],
      highest: 0,
      passed: { labelled: 1, junk: {} },
      unused: [],
    };
    const gate = { votes: [], card: { junk, limits: { brightest: 0.5 }, sample } };
    const bright = new Uint8Array(VALUES).fill(200);
    bright[1] = 0;
    const white: DecodedItem = { kind: 'image', key: 'w', pixels: bright, sha256: 'w'.repeat(64) };
    const batches = batched([image('a', 1), white, image('b', 2)], 3, { copies: [], gate });
    const { candidates, rejected, read } = await mineShard(batches, 0, configWith(), miner, () => undefined);
    expect(candidates.map(({ key }) => key)).toEqual(['a', 'b']);
    expect(rejected.listed).toEqual([
      { key: 'w', reason: 'too-bright', detail: 'mean lightness 0.781, at most 0.500' },
    ]);
    expect(read).toBe(3);
  });

  it('gives the same for any batch size and tells how far it is after each batch', async () => {
    const items = Array.from({ length: 7 }, (_, i) => image(`k${i}`, 10 * i));
    const progress: number[] = [];
    const { seconds: _, ...three } = await mineShard(batched(items, 3), 0, configWith(), miner, (read) =>
      progress.push(read),
    );
    const { seconds: __, ...all } = await mineShard(batched(items, 100), 0, configWith(), miner, () => undefined);
    expect(three).toEqual(all);
    expect(progress).toEqual([3, 6, 7]);
  });

  it('lives with a shard in which nothing can be read', async () => {
    const { candidates, pixels, read } = await mine([]);
    expect([candidates.length, pixels.length, read]).toEqual([0, 0, 0]);
  });

  it('keeps the best that it may, and says how many it had to let go', async () => {
    const items = Array.from({ length: 10 }, (_, i) => image(`k${i}`, 40 - i));
    const { candidates, pixels, cut } = await mine(items, configWith(3));
    expect(candidates.map(({ key, row }) => [key, row])).toEqual([
      ['k9', 0],
      ['k8', 1],
      ['k7', 2],
    ]);
    expect([0, 1, 2].map((row) => pixels[row * VALUES])).toEqual([31, 32, 33]);
    expect(cut).toBe(7);
    expect((await mine(items, configWith(10))).cut).toBe(0);
  });

  it('lists the first rejections only, so that a shard of rubbish stays readable, and counts them all', async () => {
    const broken = Array.from({ length: LISTED_REJECTIONS + 2500 }, (_, i): DecodedItem => {
      return { kind: 'rejected', rejection: { key: `x${i}`, reason: i % 2 ? 'empty' : 'undecodable', detail: '' } };
    });
    const { rejected, read } = await mine([image('a', 1), ...broken, image('b', 2)]);
    expect(rejected.listed).toHaveLength(LISTED_REJECTIONS);
    expect(rejected.listed.at(-1)?.key).toBe(`x${LISTED_REJECTIONS - 1}`);
    expect(rejected.unlisted).toBe(2500);
    expect(rejected.counts).toEqual({ empty: 6250, undecodable: 6250 });
    expect(read).toBe(2);
  });

  it('tells waiting for images from computing, so that a slow shard shows what holds it up', async () => {
    const slowly = async function* () {
      for await (const batch of batched([image('a', 1)])) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        yield batch;
      }
    };
    const { seconds } = await mineShard(slowly(), 0, configWith(), miner, () => undefined);
    expect(seconds.waiting).toBeGreaterThan(0.055);
    expect(seconds.computing).toBeLessThan(seconds.waiting);
  });
});

describe('Function: binOf', () => {
  it('has a bin for every value of a score, both ends of its range included', () => {
    const bins = (range: readonly [number, number], ...values: number[]) => values.map((value) => binOf(value, range));
    expect(bins([-1, 1], -1, -0.9990001, 0, 0.9995, 1)).toEqual([0, 0, 1000, 1999, HISTOGRAM_BINS - 1]);
    expect(bins([0, 1], 0, 0.00049, 0.5, 0.9996, 1)).toEqual([0, 0, 1000, 1999, HISTOGRAM_BINS - 1]);
  });
});
