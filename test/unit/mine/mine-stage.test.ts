import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { duplicateCardsFile } from '../../../core/artifacts/copies.ts';
import { labelledSetFile, poolPreviewFile } from '../../../core/artifacts/inputs.ts';
import { planFile, shardManifestFile } from '../../../core/artifacts/run.ts';
import { shardFiles } from '../../../core/artifacts/shard.ts';
import type { MiningScore } from '../../../core/contracts/mining-scores.ts';
import { thumbnailsOf } from '../../../core/copies/thumbnails.ts';
import { fileStore } from '../../../core/store/file.ts';
import { bundles } from '../../support/bundles.ts';
import { folderWith, greyPng, tarOf } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { SIZE, toyConfig, toyPlan, toySet } from '../../support/toy.ts';

const bundle = bundles({ worker: 'main.ts', reader: 'reader.ts' });

const work = async (kind: string, environment: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [fileURLToPath(bundle('worker')), kind], {
    env: { PATH: process.env.PATH, OMNIDISTILL_BACKEND: 'wasm', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text };
};

const environmentOf = (folder: string) => ({
  OMNIDISTILL_STORE: pathToFileURL(folder).href,
  OMNIDISTILL_RUN_ID: 'r',
  OMNIDISTILL_ROUND: '0',
  OMNIDISTILL_SEED: '0',
  OMNIDISTILL_SHARD: '0',
});

/** Trained runs by score: what is mined changes nothing in them. */
const runs = new Map<MiningScore, string>();
afterAll(() => Promise.all([...runs.values()].map((folder) => rm(folder, { recursive: true }))));

const train = async (score: MiningScore): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'trained-'));
  runs.set(score, folder);
  const store = fileStore(folder);
  const mining = { batch: 8, nets: 1, maxCandidatesPerShard: 5, score };
  await planFile('r').write(store, toyPlan({ config: toyConfig({ primitive: { steps: 2 }, mining }) }));
  await labelledSetFile('r').write(store, toySet(5, 2, 1));
  for (const [role, seed] of [
    ['primitive', '0'],
    ['fold', '0'],
    ['fold', '1'],
    ['gate', '0'],
  ] as const) {
    const told = { ...environmentOf(folder), OMNIDISTILL_ROLE: role, OMNIDISTILL_SEED: seed };
    expect((await work('train', told)).code).toBe(0);
  }
  return folder;
};

/** A run whose nets are trained, with one shard of these bytes. */
const trained = async (shard: Buffer, score: MiningScore = 'similarity') => {
  const folder = temporaryFolder();
  await cp(runs.get(score) ?? (await train(score)), folder, { recursive: true });
  const store = fileStore(folder);
  const root = await folderWith({ 'p.tar': shard });
  await shardManifestFile('r', 0).write(store, { index: 0, format: 'tar', root, parts: ['p.tar'] });
  return { store, environment: environmentOf(folder) };
};

const FILES = shardFiles('r', 0, 0);

describe('a mining job', () => {
  it('leaves candidates with their images, and in its stats what was cut and where the time went', async () => {
    // Prepare
    const images = await Promise.all(
      Array.from({ length: 20 }, async (_, i): Promise<[string, Buffer]> => [`f${i}.png`, await greyPng(i, SIZE)]),
    );
    const { store, environment } = await trained(await tarOf([...images, ['broken.png', 'no image']]));
    const card = { references: 0, threshold: 1 };
    await duplicateCardsFile('r').write(store, { labelled: card, pool: card });
    await poolPreviewFile('r').write(store, toySet(2, 2, 3));
    // Act
    const { code, text } = await work('mine', environment);
    // Assess
    expect(code).toBe(0);
    const { counts, rejected } = await FILES.stats.read(store);
    expect(counts).toMatchObject({ read: 20, candidates: 5, candidatesCut: 15, rejectionsUnlisted: 0 });
    expect(counts.waitSeconds).toBeGreaterThan(0);
    expect(counts.computeSeconds).toBeGreaterThan(0);
    expect(rejected).toEqual({ undecodable: 1 });
    expect(text).toContain('keeps 5 candidates');
    const candidates = await FILES.candidates.read(store);
    expect(candidates.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    expect(await FILES.images.read(store)).toMatchObject({ count: 5, size: SIZE, channels: 1 });
    // What Aggregate finds copies among all shards by, row by row of these very candidates.
    expect((await FILES.sketches.read(store)).count).toBe(5);
    expect(await FILES.thumbnails.read(store)).toEqual(thumbnailsOf(await FILES.images.read(store)));
    const listed = await FILES.rejections.read(store);
    expect(listed.map(({ key }) => key)).toEqual(['p.tar/broken.png']);
  });

  it('mines by single labelled images where it is asked to: every net has kept them since it was trained', async () => {
    const shard = await tarOf([['a.png', await greyPng(1, SIZE)]]);
    const { store, environment } = await trained(shard, 'nearest');
    expect((await work('mine', environment)).code).toBe(0);
    const bytes = await FILES.candidates.bytes(store);
    expect(bytes.toString('latin1')).toContain('nearest');
    expect(await FILES.candidates.read(store)).toMatchObject([{ key: 'p.tar/a.png', score: expect.any(Number) }]);
  });

  it('ends, and is not tried again, when the thread that reads finds the shard unreadable', async () => {
    const { store, environment } = await trained(Buffer.from('garbage '.repeat(200)));
    expect((await work('mine', environment)).code).toBe(65);
    const error = await FILES.error.read(store);
    expect(error).toMatchObject({ name: 'ShardUnreadableError', exitCode: 65 });
    expect(error.message).toContain('p.tar is unreadable at byte 0');
    expect(await FILES.stats.exists(store)).toBe(false);
  });
});
