import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ShardManifest } from '../../../../core/contracts/plan.ts';
import { readShard } from '../../../../core/data/pool/read-shard.ts';
import { inBatches } from '../../../../core/data/pool/shard-batches.ts';
import { DataError, ShardUnreadableError } from '../../../../core/errors.ts';
import { guarded } from '../../../../core/mine/guarded.ts';
import type { ReaderTask } from '../../../../core/mine/reader/reader-messages.ts';
import { creditsFor, type Reader, startReader, startReaderAhead } from '../../../../core/mine/reader/reader-thread.ts';
import { bundles } from '../../../support/bundles.ts';
import { collect, folderWith, greyPng, IMAGE, LIMITS, tarOf } from '../../../support/images.ts';

const bundle = bundles({ reader: 'reader.ts' });

const taskOf = (manifest: ShardManifest, batch = 4): ReaderTask => ({ manifest, image: IMAGE, limits: LIMITS, batch });

const start = (task: ReaderTask, program = bundle('reader')): Reader => {
  const reader = startReader(task, program);
  onTestFinished(() => reader.stop());
  return reader;
};

const tarShard = async (bytes: Buffer): Promise<ShardManifest> => {
  return { index: 0, format: 'tar', root: await folderWith({ 'p.tar': bytes }), parts: ['p.tar'] };
};

const members = (count: number): Promise<[string, Buffer][]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i): Promise<[string, Buffer]> => [`f${i}.png`, await greyPng(i)]),
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a shard read by a thread of its own', () => {
  it('gives the same batches as one read in place, in the same order', async () => {
    const manifest = await tarShard(await tarOf([...(await members(9)), ['broken.png', 'no'], ...(await members(2))]));
    const read = inBatches(readShard(manifest, IMAGE, LIMITS), 4, IMAGE);
    const expected = await collect(guarded(read, { copies: [] }));
    expect(expected).toHaveLength(3);
    expect(await collect(start(taskOf(manifest)).batches)).toEqual(expected);
  });

  it('reads one shard only by a thread that was started before it was known what to read', async () => {
    const [first, second] = [
      await tarShard(await tarOf(await members(3))),
      await tarShard(await tarOf(await members(5))),
    ];
    startReaderAhead(bundle('reader'));
    // A program that is not there shows which thread reads.
    const ahead = start(taskOf(first), new URL('none.mjs', bundle('reader')));
    expect((await collect(ahead.batches)).map(({ count }) => count)).toEqual([3]);
    expect((await collect(start(taskOf(second)).batches)).map(({ count }) => count)).toEqual([4, 1]);
  });

  it('stops reading while nobody takes its batches', async () => {
    // Prepare: 3 batches may wait, one is ready and 16 images are in work, so the last ones are far away
    const files = Object.fromEntries(await members(64));
    const root = await folderWith(files);
    const reader = start(taskOf({ index: 0, format: 'images', root, parts: Object.keys(files) }));
    const batches = reader.batches[Symbol.asyncIterator]();
    await batches.next();
    // Act
    await pause(500);
    await rm(fileURLToPath(`${root}/f60.png`));
    // Assess
    const rest = await collect({ [Symbol.asyncIterator]: () => batches });
    expect(rest.flatMap(({ rejected }) => rejected)).toMatchObject([{ key: 'f60.png', reason: 'gone' }]);
  });

  it('throws what went wrong in the thread as it was thrown there', async () => {
    const reader = start(taskOf(await tarShard(Buffer.from('garbage '.repeat(200)))));
    const failure = await collect(reader.batches).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ShardUnreadableError);
    expect(failure).toMatchObject({ exitCode: 65, offset: 0, cause: expect.any(Error) });
  });

  it('gives what it read before something went wrong', async () => {
    // More than are decoded ahead.
    const manifest = await tarShard(await tarOf(await members(40)));
    const batches = start(taskOf({ ...manifest, parts: ['p.tar', 'gone.tar'] })).batches[Symbol.asyncIterator]();
    expect((await batches.next()).value).toMatchObject({ keys: [0, 1, 2, 3].map((i) => `p.tar/f${i}.png`) });
    await expect(collect({ [Symbol.asyncIterator]: () => batches })).rejects.toThrow(DataError);
  });

  it('says so when the thread could not start or ended in the middle, instead of waiting for ever', async () => {
    const manifest = await tarShard(await tarOf(await members(40)));
    const missing = start(taskOf(manifest), new URL('none.mjs', bundle('reader')));
    await expect(collect(missing.batches)).rejects.toThrow(/none\.mjs/);
    const stopped = start(taskOf(manifest));
    const batches = stopped.batches[Symbol.asyncIterator]();
    await batches.next();
    await stopped.stop();
    await expect(collect({ [Symbol.asyncIterator]: () => batches })).rejects.toThrow(/ended in the middle/);
  });
});

describe('Function: creditsFor', () => {
  it.each([
    [256, 48, 1, 3],
    [4096, 48, 1, 3],
    [512, 128, 3, 2],
    [4096, 128, 3, 1],
  ] as const)('lets %i images of %i pixels and %i channels run %i batches ahead', (batch, size, channels, most) => {
    expect(creditsFor({ batch, image: { size, channels } })).toBe(most);
  });
});
