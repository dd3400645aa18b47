import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { copyFiles, duplicateCardsFile } from '../../../core/artifacts/copies.ts';
import { benchmarkFile, domainGapFile, labelledSetFile, poolPreviewFile } from '../../../core/artifacts/inputs.ts';
import { rejectionsFile } from '../../../core/artifacts/job.ts';
import { shardManifestFile } from '../../../core/artifacts/run.ts';
import type { Plan } from '../../../core/contracts/plan.ts';
import { resolveConfig } from '../../../core/contracts/presets.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { readCopyGuards } from '../../../core/mine/copy-guards.ts';
import { runPrepare } from '../../../core/prepare/prepare-stage.ts';
import type { Store } from '../../../core/store/store.ts';
import { collect, folderWith, greyPng, temporaryStore } from '../../support/images.ts';
import { toyContext } from '../../support/job-context.ts';
import { portrait, portraits, SIDE } from '../../support/portraits.ts';
import { toyPlan } from '../../support/toy.ts';

const planFor = (labelled: string, benchmark: string): Plan =>
  toyPlan({
    labelled,
    benchmarks: { held: benchmark },
    config: resolveConfig('quick', { image: { size: 16, channels: 1 }, limits: { minPerClass: 2 } }),
    classes: ['a', 'b'],
    labelledCounts: [3, 2],
  });

const labelledFiles = async () => ({
  'a/1.png': await greyPng(1),
  'a/2.png': await greyPng(2),
  'b/1.png': await greyPng(3),
  'b/2.png': await greyPng(4),
});

/** A pool of one shard of loose images. */
const writePool = async (store: Store, count: number): Promise<void> => {
  const parts = Array.from({ length: count }, (_, i) => `${i}.png`);
  const files = await Promise.all(parts.map(async (part, i) => [part, await greyPng(100 + i)] as const));
  const root = await folderWith(Object.fromEntries(files));
  await shardManifestFile('r', 0).write(store, { index: 0, format: 'images', root, parts });
};

describe('prepare', () => {
  it('decodes everything once and counts what it leaves out', async () => {
    const labelled = await folderWith({
      ...(await labelledFiles()),
      'a/again.png': await greyPng(1),
      'a/3.png': await greyPng(5),
      'b/other.png': await greyPng(5),
      'b/zero.png': '',
    });
    const benchmark = await folderWith({
      'b/t1.png': await greyPng(9),
      'b/t2.png': await greyPng(9),
      'b/bad.png': 'x',
    });
    const store = temporaryStore();
    await writePool(store, 25);
    const progress: (number | null)[][] = [];
    const { counts, rejected } = await runPrepare(
      { ...toyContext(store, planFor(labelled, benchmark)), report: (...step) => progress.push(step) },
      {},
    );

    expect(counts).toEqual({ labelled: 4, 'benchmarks.held': 2, 'pool preview': 25 });
    expect(rejected).toEqual({ empty: 1, duplicate: 1, contradictory: 2, undecodable: 1 });
    const listed = await rejectionsFile('runs/r/inputs').read(store);
    expect(listed.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
      'labelled/b/zero.png empty',
      'labelled/a/3.png contradictory',
      'labelled/a/again.png duplicate',
      'labelled/b/other.png contradictory',
      'benchmarks.held/b/bad.png undecodable',
    ]);
    expect(progress.at(-1)).toEqual([11, null]);
    const set = await labelledSetFile('r').read(store);
    expect(set.keys).toEqual(['a/1.png', 'a/2.png', 'b/1.png', 'b/2.png']);
    expect([...set.labels]).toEqual([0, 0, 1, 1]);
    expect((await benchmarkFile('r', 'held').read(store)).count).toBe(2);
  });

  it('says on its log how far the pool is from the labelled set, or why that was not measured', async () => {
    const labels = ['a', 'b'].flatMap((name) => Array.from({ length: 12 }, (_, i) => `${name}/${i}.png`));
    const many = await Promise.all(labels.map(async (key, i) => [key, await greyPng(500 + i)] as const));
    const benchmark = await folderWith({ 'a/t.png': await greyPng(9) });
    const said: string[] = [];
    for (const files of [Object.fromEntries(many), await labelledFiles()]) {
      const told: string[] = [];
      const store = temporaryStore();
      await writePool(store, 25);
      const context = toyContext(store, planFor(await folderWith(files), benchmark));
      await runPrepare({ ...context, log: (level, words) => told.push(`${level}: ${words}`) }, {});
      said.push(...told.filter((words) => /chance|gap/.test(words)));
      expect((await poolPreviewFile('r').read(store)).count).toBe(25);
      expect(await domainGapFile('r').exists(store)).toBe(said.length === 1);
    }
    expect(said[0]).toMatch(/ 24 labelled images, 25 of the pool; 50 % is chance/);
    expect(said[1]).toBe('info: Domain gap not measured: 4 labelled images and 25 of the pool are too few.');
  });

  it.each([
    [
      'a class has too few images that can be read',
      { 'a/2.png': Buffer.from('broken') },
      {},
      /^labelled: too few images of a class in .*: "a" has 2 images, of which 1 can be used: 1 cannot be decoded \(e\.g\. a\/2\.png: .*\); the minimum is 2/,
    ],
    [
      'a benchmark image is also labelled, in any class',
      {},
      { 'b/leak.png': 2 },
      /^benchmarks\.held: 1 of 2 images also stand in the labelled set, e\.g\. b\/leak\.png = labelled a\/2\.png\./,
    ],
  ])('refuses the input, and writes nothing, when %s', async (_, change, leaks, message) => {
    const labelled = await folderWith({ ...(await labelledFiles()), ...change });
    const leaked = await Promise.all(
      Object.entries(leaks).map(async ([key, seed]) => [key, await greyPng(seed as number)] as const),
    );
    const benchmark = await folderWith({ 'a/t.png': await greyPng(9), ...Object.fromEntries(leaked) });
    const store = temporaryStore();
    await expect(runPrepare(toyContext(store, planFor(labelled, benchmark)), {})).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(message),
    });
    expect(await collect(store.list('runs/'))).toEqual([]);
  });

  describe('near copies of benchmark images', () => {
    const asPng = (pixels: Uint8Array, brighter = 1) =>
      sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .linear(brighter, 0)
        .toColourspace('b-w')
        .png()
        .toBuffer();
    const portraitFiles = async () =>
      Object.fromEntries(
        await Promise.all(
          ['a/1', 'a/2', 'a/3', 'b/4', 'b/5'].map(
            async (name, i) => [`${name}.png`, await asPng(portrait(i))] as const,
          ),
        ),
      );
    /** The first image of class a, and one that is nobody's copy. */
    const heldOut = async () => ({
      'a/copy.png': await asPng(portrait(0), 0.9),
      'b/other.png': await asPng(portrait(50)),
    });
    const planWith = (labelled: string, benchmark: string, near: number | null): Plan => {
      const image = { size: SIDE, channels: 1 } as const;
      const config = resolveConfig('quick', {
        image,
        limits: { minPerClass: 2 },
        mining: { nearBenchmark: near, nearDuplicate: near },
      });
      return { ...planFor(labelled, benchmark), config };
    };

    it('are not trained on, the benchmark stays whole, and the miners are given what they find more by', async () => {
      const store = temporaryStore();
      await writePool(store, 2);
      const said: string[] = [];
      const plan = planWith(await folderWith(await portraitFiles()), await folderWith(await heldOut()), 0.93);
      const context = { ...toyContext(store, plan), log: (_: string, words: string) => said.push(words) };
      const { counts, rejected } = await runPrepare(context, {});
      expect(counts).toMatchObject({ labelled: 4, 'benchmarks.held': 2 });
      expect(rejected).toEqual({ 'near-benchmark': 1 });
      const [copy] = await rejectionsFile('runs/r/inputs').read(store);
      expect(copy).toMatchObject({ key: 'labelled/a/1.png', reason: 'near-benchmark' });
      expect(copy!.detail).toMatch(/^likeness (0\.9|1\.0)\d+ to benchmarks\.held\/a\/copy\.png$/);
      expect((await labelledSetFile('r').read(store)).keys).toEqual(['a/2.png', 'a/3.png', 'b/4.png', 'b/5.png']);
      expect((await benchmarkFile('r', 'held').read(store)).count).toBe(2);
      expect(said[0]).toMatch(
        /^1 labelled image left out as near copies of benchmark images, e\.g\. a\/1\.png: likeness /,
      );
      const guards = await readCopyGuards(store, plan, await labelledSetFile('r').read(store));
      const shown = thumbnailsOf(portraits(0, 1, 50, 70));
      expect(guards.map((guard) => guard.judge(shown).map((one) => one?.reason))).toEqual([
        [undefined, 'near-labelled', undefined, undefined],
        ['near-benchmark', undefined, 'near-benchmark', undefined],
      ]);
      for (const guard of guards) guard.dispose();
    });

    it('are looked for once where two benchmarks hold the same images, which would seem to be alike by nature', async () => {
      const store = temporaryStore();
      await writePool(store, 2);
      const held = await folderWith(await heldOut());
      const plan = planWith(await folderWith(await portraitFiles()), held, 0.93);
      await runPrepare(toyContext(store, { ...plan, benchmarks: { held, again: held } }), {});
      expect((await copyFiles('r').card.read(store)).references).toBe(2);
    });

    it('end the run where a class has too few images without them', async () => {
      const { 'a/3.png': _, ...few } = await portraitFiles();
      const store = temporaryStore();
      const plan = planWith(await folderWith(few), await folderWith(await heldOut()), 0.93);
      await expect(runPrepare(toyContext(store, plan), {})).rejects.toMatchObject({
        name: 'DataError',
        message: expect.stringMatching(
          /^labelled: 1 image nearly the same as benchmark images, .*: "a" loses 1 and has 1; the minimum is 2\. E\.g\. a\/1\.png: likeness /,
        ),
      });
      expect(await collect(store.list('runs/'))).toEqual([]);
    });

    it('are not looked for where the run does without, as runs that were planned before do', async () => {
      const store = temporaryStore();
      await writePool(store, 2);
      const plan = planWith(await folderWith(await portraitFiles()), await folderWith(await heldOut()), null);
      expect((await runPrepare(toyContext(store, plan), {})).rejected).toEqual({});
      expect(await copyFiles('r').card.exists(store)).toBe(false);
      expect(await duplicateCardsFile('r').exists(store)).toBe(false);
      expect(await readCopyGuards(store, plan, await labelledSetFile('r').read(store))).toEqual([]);
    });
  });

  it('refuses a benchmark of which nothing can be read', async () => {
    const benchmark = await folderWith({ 'a/t.png': 'broken' });
    const plan = planFor(await folderWith(await labelledFiles()), benchmark);
    await expect(runPrepare(toyContext(temporaryStore(), plan), {})).rejects.toThrow(
      /^benchmarks\.held: no readable images in/,
    );
  });
});
