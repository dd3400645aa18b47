import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import tar from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { decodeInOrder } from '../../../core/data/decode-items.ts';
import { inBatches } from '../../../core/data/pool/shard-batches.ts';
import { readTar } from '../../../core/data/pool/tar-images.ts';
import { guarded } from '../../../core/mine/guarded.ts';
import { type Miner, mineShard } from '../../../core/mine/mine-shard.ts';
import { greyPng, LIMITS } from '../../support/images.ts';
import { toyConfig } from '../../support/toy.ts';

const SIDE = 48;
const IMAGE = { size: SIDE, channels: 1 } as const;
const MEMBERS = 8000;
const KEPT = 400;

/** A tar that never lies anywhere as a whole: every fourth member is no image. */
const endlessTar = (images: readonly Buffer[]): Readable => {
  const pack = tar.pack();
  const write = async (): Promise<void> => {
    for (let i = 0; i < MEMBERS; i++) {
      const bytes = i % 4 === 3 ? Buffer.from(`broken ${i}`) : images[i % images.length]!;
      await new Promise((resolve) => pack.entry({ name: `${i}.png` }, bytes, resolve));
    }
    pack.finalize();
  };
  void write();
  return Readable.from(pack, { objectMode: false });
};

const miner: Miner = {
  temperature: 1,
  score: () => ({ label: 0, score: 1 }),
  classes: 1,
  nets: [
    {
      prototypes: { width: 1, classes: 1, centre: new Float32Array(1), directions: Float32Array.of(1) },
      model: {
        predict: async ({ count }) => ({
          embeddings: new Float32Array(count).fill(1),
          logits: new Float32Array(count),
        }),
        dispose: () => undefined,
      },
    },
  ],
};

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** MiB that are in use now. */
const inUse = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
};

describe('a shard of any length', () => {
  it('is mined in constant memory: its second half takes no more than its first', async () => {
    // Prepare
    const config = toyConfig({ image: IMAGE, mining: { maxCandidatesPerShard: KEPT } });
    const images = await Promise.all(Array.from({ length: 20 }, (_, seed) => greyPng(seed, SIDE)));
    const source = { uri: 'file:///endless.tar', name: 'endless.tar', stream: endlessTar(images) };
    const used: number[] = [];
    // Act
    const batches = inBatches(decodeInOrder(readTar(source, LIMITS.maxBytes), IMAGE, LIMITS), 100, IMAGE);
    const result = await mineShard(guarded(batches, { copies: [] }), 0, config, miner, () => used.push(inUse()));
    // Assess
    expect(result.read).toBe(MEMBERS * 0.75);
    expect(result.rejected.counts).toEqual({ undecodable: MEMBERS / 4 });
    expect(result.candidates).toHaveLength(KEPT);
    expect(result.cut).toBe(MEMBERS * 0.75 - KEPT);
    const middle = used.length / 2;
    const [first, second] = [used.slice(2, middle), used.slice(middle)].map((part) => Math.max(...part));
    // All images of the second half would be 7 MiB, a list of its rejections a tenth of that.
    expect(second! - first!).toBeLessThan(3);
  });
});
