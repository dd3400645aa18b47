import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import type { ConfigOverrides } from '../../core/contracts/config.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';

/** That of the run: resampling may round another way on another processor. */
const SIDE = 16;
const CLASSES = ['dots', 'stripes'] as const;

/** Small repeatable pseudo-random numbers in [0, 1). */
const randomFrom = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** A noisy grey image of one of two patterns that a net of four channels can tell apart. */
const draw = (pattern: (typeof CLASSES)[number], seed: number): Promise<Buffer> => {
  const random = randomFrom(seed);
  const shift = Math.floor(random() * 4);
  const pixels = Buffer.alloc(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const bright = pattern === 'stripes' ? (y + shift) % 4 < 2 : (x + shift) % 4 < 2 && y % 4 < 2;
      pixels[y * SIDE + x] = (bright ? 190 : 50) + Math.floor(random() * 40);
    }
  }
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .png()
    .toBuffer();
};

const writeClassFolders = async (folder: string, perClass: number, seed: number): Promise<void> => {
  for (const [index, name] of CLASSES.entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < perClass; i++) {
      await writeFile(join(folder, name, `${i}.png`), await draw(name, seed + index * 1000 + i));
    }
  }
};

const writeTar = async (path: string, files: readonly (readonly [string, Buffer])[]): Promise<void> => {
  const archive = pack();
  for (const [name, content] of files) archive.entry({ name }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, Buffer.concat(chunks));
};

/** Images of a shard of the pool by name. */
export const poolFiles = (shard: number, count: number): Promise<(readonly [string, Buffer])[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const name = `s${shard}-${String(i).padStart(3, '0')}.png`;
      return [name, await draw(CLASSES[i % 2]!, 50_000 + shard * 1000 + i)] as const;
    }),
  );

/** What the broken image is called in the list of rejections. */
export const TRUNCATED = 'broken.png';

/**
 * Two classes of twelve images, a benchmark of six each, and a pool of three readable shards, one with an image that
 * was cut, and a fourth that is no tar at all.
 */
export const writeTinyData = async (folder: string): Promise<RunInput> => {
  await writeClassFolders(join(folder, 'labelled'), 12, 0);
  await writeClassFolders(join(folder, 'benchmark'), 6, 20_000);
  for (let shard = 0; shard < 3; shard++) {
    const files = await poolFiles(shard, 30);
    if (shard === 1) files.push([TRUNCATED, files[0]![1].subarray(0, 60)]);
    await writeTar(join(folder, 'pool', `${shard}.tar`), files);
  }
  await writeFile(join(folder, 'pool', '3.tar'), Buffer.from('this was never an archive '.repeat(100)));
  const uri = (name: string): string => pathToFileURL(join(folder, name)).href;
  return {
    labelled: uri('labelled'),
    pool: uri('pool'),
    benchmarks: { test: uri('benchmark') },
    preset: 'quick',
    config: TINY,
  };
};

/** Everything as small as the contracts allow: the run shows that the parts fit, not that they learn. */
export const TINY: ConfigOverrides = {
  seed: 3,
  seeds: 1,
  draws: 2,
  folds: 2,
  image: { size: 16, channels: 1 },
  net: { width: 4 },
  primitive: { steps: 4, batch: 8 },
  mining: { topFraction: 0.4, batch: 16, maxFailedShards: 0.3 },
  student: {
    steps: 4,
    labelledPerBatch: 4,
    minedPerBatch: 8,
    consistency: { steps: 2, labelledPerBatch: 4, poolPerBatch: 8 },
    noisy: { steps: 2, labelledPerBatch: 4, poolPerBatch: 8 },
  },
  distill: {
    methods: ['random', 'packed', 'dm'],
    ipc: [1],
    bank: { views: 8 },
    matching: { steps: 2, pretrainSteps: [2], nets: 1, realPerClass: 4, syntheticPerClass: 2 },
  },
  verdict: { steps: 2 },
  evaluate: {
    only: { steps: 2, batch: 8 },
    boost: { steps: 2, labelledPerBatch: 4, setPerBatch: 4 },
  },
};

/** Fewer jobs than any other test needs, for tests of what stands around a run. */
export const LEAST: ConfigOverrides = {
  ...TINY,
  draws: 1,
  student: { ...TINY.student, consistency: { steps: 0 }, noisy: { steps: 0 } },
  distill: { methods: ['packed'], ipc: [1], bank: { views: 8 } },
};
