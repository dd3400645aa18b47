import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  errorKey,
  labelledKey,
  planKey,
  shardFolder,
  shardManifestKey,
  statsKey,
} from '../../../core/contracts/keys.ts';
import type { Plan, ShardManifest } from '../../../core/contracts/plan.ts';
import { JobError, JobStats } from '../../../core/contracts/stats.ts';
import { encodeImageSet } from '../../../core/data/image-set.ts';
import { decodeCandidates, decodeRejections } from '../../../core/format/parquet.ts';
import { decodeSafetensors } from '../../../core/format/safetensors.ts';
import { fileStore } from '../../../core/store/file.ts';
import { readJson, writeJson } from '../../../core/store/json.ts';
import { bundles } from '../../support/bundles.ts';
import { folderWith, greyPng, tarOf, temporaryFolder } from '../../support/images.ts';
import { SIZE, toyConfig, toySet } from '../../support/toy.ts';

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

/** A run whose nets are trained, with one shard of these bytes. */
const trained = async (shard: Buffer) => {
  const folder = await temporaryFolder();
  const store = fileStore(folder);
  const plan: Plan = {
    runId: 'r',
    labelled: 'file:///labelled',
    pool: 'file:///pool',
    benchmarks: {},
    config: toyConfig({ primitive: { steps: 2 }, mining: { topFraction: 0.5, batch: 8, maxCandidatesPerShard: 5 } }),
    classes: ['calm', 'glad'],
    labelledCounts: [5, 5],
    shardCount: 1,
  };
  await writeJson(store, planKey('r'), plan);
  await store.put(labelledKey('r'), encodeImageSet(toySet(5, 2, 1)));
  const root = await folderWith({ 'p.tar': shard });
  const manifest: ShardManifest = { index: 0, format: 'tar', root, parts: ['p.tar'] };
  await writeJson(store, shardManifestKey('r', 0), manifest);
  const environment = {
    OMNIDISTILL_STORE: pathToFileURL(folder).href,
    OMNIDISTILL_RUN_ID: 'r',
    OMNIDISTILL_ROUND: '0',
    OMNIDISTILL_SEED: '0',
    OMNIDISTILL_SHARD: '0',
  };
  for (const role of ['primitive', 'calibration']) {
    expect((await work('train', { ...environment, OMNIDISTILL_ROLE: role })).code).toBe(0);
  }
  return { store, environment };
};

const FOLDER = shardFolder('r', 0, 0);

describe('a mining job', () => {
  it('leaves candidates with their images, and in its stats what was cut and where the time went', async () => {
    // Prepare
    const images = await Promise.all(
      Array.from({ length: 20 }, async (_, i): Promise<[string, Buffer]> => [`f${i}.png`, await greyPng(i, SIZE)]),
    );
    const { store, environment } = await trained(await tarOf([...images, ['broken.png', 'no image']]));
    // Act
    const { code, text } = await work('mine', environment);
    // Assess
    expect(code).toBe(0);
    const { counts, rejected } = await readJson(store, statsKey(FOLDER), JobStats);
    expect(counts).toMatchObject({ read: 20, candidates: 5, candidatesCut: 15, rejectionsUnlisted: 0 });
    expect(counts.waitSeconds).toBeGreaterThan(0);
    expect(counts.computeSeconds).toBeGreaterThan(0);
    expect(rejected).toEqual({ undecodable: 1 });
    expect(text).toContain('keeps 5 candidates');
    const candidates = await decodeCandidates((await store.get(`${FOLDER}/candidates.parquet`))!);
    expect(candidates.map(({ row }) => row)).toEqual([0, 1, 2, 3, 4]);
    const { tensors } = decodeSafetensors((await store.get(`${FOLDER}/candidates.safetensors`))!);
    expect(tensors.pixels?.shape).toEqual([5, SIZE, SIZE, 1]);
    const listed = await decodeRejections((await store.get(`${FOLDER}/rejected.parquet`))!);
    expect(listed.map(({ key }) => key)).toEqual(['p.tar/broken.png']);
  });

  it('ends, and is not tried again, when the thread that reads finds the shard unreadable', async () => {
    const { store, environment } = await trained(Buffer.from('garbage '.repeat(200)));
    expect((await work('mine', environment)).code).toBe(65);
    const error = await readJson(store, errorKey(FOLDER), JobError);
    expect(error).toMatchObject({ name: 'ShardUnreadableError', exitCode: 65 });
    expect(error.message).toContain('p.tar is unreadable at byte 0');
    expect(await store.has(statsKey(FOLDER))).toBe(false);
  });
});
