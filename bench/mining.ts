import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { statsFile } from '../core/artifacts/job.ts';
import { shardFolder } from '../core/contracts/keys.ts';
import { JOBS } from '../core/contracts/stages.ts';
import { JobStats } from '../core/contracts/stats.ts';
import type { Engine } from '../local/batch/engine.ts';
import { processEngine } from '../local/batch/process-engine.ts';
import { BUNDLES } from './bundle.ts';
import type { CompareOptions } from './compare.ts';
import { type EngineName, engineEnvironment } from './engines.ts';
import { RUN_ID } from './mining-store.ts';
import { startSide } from './side.ts';
import { type BenchSpread, pairedRatio, spreadOf } from './spread.ts';

const Usage = z.strictObject({ cpuSeconds: z.number(), peakMiB: z.number() });

/** One mining job. */
export interface Mined {
  readonly images: number;
  /** As the job counts them, from its first line to its last object; and from spawn to exit. */
  readonly jobSeconds: number;
  readonly wallSeconds: number;
  readonly waitSeconds: number;
  readonly computeSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
}

export interface MiningMeasured {
  readonly backend: EngineName;
  /** Images a second: the nets alone on pixels in memory, and whole jobs on the last shard but one, in turns. */
  readonly netOnly: BenchSpread;
  readonly job: BenchSpread;
  readonly ratio: BenchSpread;
  /** The same from the first image that is asked for to the last, without start and writing. */
  readonly ratioAmidst: BenchSpread;
  /** Seconds of a whole process that finds a handful of images in its shard: what start and end take. */
  readonly idle: BenchSpread;
  /** The same in a process that had another job before, as the local runner has it. */
  readonly idleAgain: BenchSpread;
  /** Median of the part of a job's time in which the net waits for images. */
  readonly waiting: number;
  /** Median part of all the cores' time that the job's process used: 1 where nothing more can be decoded. */
  readonly busy: number;
  /** One job a shard, from the smallest to the largest. */
  readonly growth: readonly Mined[];
}

/** Runs one mining job of the worker bundle. @param cores - that it is held to, by default it has all */
export const mine = async (
  store: string,
  shard: number,
  backend: EngineName,
  threads: number,
  cores?: number,
): Promise<Mined> => {
  const usage = join(store, 'usage.json');
  const folder = shardFolder(RUN_ID, 0, shard);
  await rm(join(store, folder), { recursive: true, force: true });
  const usageModule = pathToFileURL(join(import.meta.dirname, 'usage.mjs')).href;
  const job = [process.execPath, '--import', usageModule, BUNDLES.worker, 'mine'] as const;
  const [program, ...args] = cores === undefined ? job : (['taskset', '-c', `0-${cores - 1}`, ...job] as const);
  const start = performance.now();
  await promisify(execFile)(program, args, {
    maxBuffer: 2 ** 26,
    env: { ...process.env, BENCH_USAGE: usage, ...environmentOf(store, shard, backend, threads) },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const stats = JobStats.parse(
    JSON.parse(await readFile(join(store, statsFile(folder, JOBS.mine.counts).key), 'utf8')),
  );
  return {
    images: stats.counts.read!,
    jobSeconds: stats.seconds,
    wallSeconds,
    waitSeconds: stats.counts.waitSeconds!,
    computeSeconds: stats.counts.computeSeconds!,
    ...Usage.parse(JSON.parse(await readFile(usage, 'utf8'))),
  };
};

const environmentOf = (store: string, shard: number, backend: EngineName, threads: number) => ({
  OMNIDISTILL_STORE: pathToFileURL(store).href,
  OMNIDISTILL_RUN_ID: RUN_ID,
  OMNIDISTILL_ROUND: '0',
  OMNIDISTILL_SHARD: String(shard),
  ...engineEnvironment(backend),
  OMNIDISTILL_THREADS: String(threads),
});

/** Seconds of a job on the first shard in a process of the local runner's, which had another one before from the second call on. */
const mineInTurn = async (engine: Engine, store: string, backend: EngineName, threads: number): Promise<number> => {
  await rm(join(store, shardFolder(RUN_ID, 0, 0)), { recursive: true, force: true });
  const start = performance.now();
  const { exitCode, lastLine } = await engine({
    name: 'bench',
    command: ['node', basename(BUNDLES.worker), 'mine'],
    environment: { PATH: process.env.PATH ?? '', ...environmentOf(store, 0, backend, threads) },
    logFile: join(store, 'bench.log'),
    wantsGpu: false,
    graceMs: 0,
    signal: new AbortController().signal,
    onMessage: () => {},
  });
  if (exitCode !== 0) throw new Error(`A mining job ended with exit code ${exitCode}: ${lastLine}`);
  return (performance.now() - start) / 1000;
};

/** Images of the shard that says what start and end of a job take. */
export const A_HANDFUL = 8;

/**
 * Measures mining jobs of the real worker bundle, and the nets alone in turns with jobs on the last shard but one.
 * @param store - as `writeMiningStore` left it
 * @param sizes - of its shards, the first of a handful of images
 */
export const measureMining = async (
  store: string,
  sizes: readonly number[],
  backend: EngineName,
  { threads, inputs, repetitions, part }: CompareOptions,
): Promise<MiningMeasured> => {
  const growth: Mined[] = [];
  for (const shard of [...sizes.keys()].slice(1)) growth.push(await mine(store, shard, backend, threads));

  const steps = Math.max(1, Math.round((backend === 'wasm' ? 1 : 2) * part));
  const task = { case: 'mining', side: backend, device: 'cpu', threads, inputs, warmUp: 1, steps } as const;
  const net = await startSide([process.execPath, BUNDLES.side], task);
  const [netRates, jobs, idle, again]: [number[], Mined[], Mined[], number[]] = [[], [], [], []];
  const { engine, close } = processEngine(dirname(BUNDLES.worker));
  await mineInTurn(engine, store, backend, threads);
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { count, seconds } = await net.lap();
    netRates.push(count / seconds);
    jobs.push(await mine(store, sizes.length - 2, backend, threads));
    idle.push(await mine(store, 0, backend, threads));
    again.push(await mineInTurn(engine, store, backend, threads));
  }
  await net.end();
  await close();
  const jobRates = jobs.map(({ images, jobSeconds }) => images / jobSeconds);
  return {
    backend,
    netOnly: spreadOf(netRates),
    job: spreadOf(jobRates),
    ratio: pairedRatio(jobRates, netRates),
    ratioAmidst: pairedRatio(
      jobs.map(({ images, waitSeconds, computeSeconds }) => images / (waitSeconds + computeSeconds)),
      netRates,
    ),
    idle: spreadOf(idle.map(({ wallSeconds }) => wallSeconds)),
    idleAgain: spreadOf(again),
    waiting: spreadOf(jobs.map(({ waitSeconds, jobSeconds }) => waitSeconds / jobSeconds)).median,
    busy: spreadOf(jobs.map(({ cpuSeconds, wallSeconds }) => cpuSeconds / wallSeconds / availableParallelism())).median,
    growth,
  };
};
