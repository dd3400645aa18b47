import { readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { costOf, DEFAULTS } from '../cli/aws/cost.ts';
import { PRICES } from '../cli/aws/prices.ts';
import { decodeImage, isDecoded } from '../core/data/decode.ts';
import { ONNXRUNTIME } from './engines.ts';
import { FACE_FORMATS, type FaceFormat, readFaces } from './faces.ts';
import { CONFIG, readInputs } from './inputs.ts';
import { mine } from './mining.ts';
import { writeMiningStore } from './mining-store.ts';
import { timed } from './stopwatch.ts';

/** What a kind of image costs. */
export interface ImageCurve {
  readonly kind: string;
  readonly bytes: number;
  /** Images a second of one core that does nothing but decode them. */
  readonly decoded: number;
  /** Images a second of a mining job that has so many cores, start and end left out. */
  readonly jobs: readonly { readonly cores: number; readonly rate: number }[];
}

/** A run on AWS by the size of its pool, reckoned with what was measured. */
export interface PoolCurve {
  readonly images: number;
  readonly miningHours: number;
  readonly dollars: number;
}

export interface Curves {
  readonly images: readonly ImageCurve[];
  readonly pools: readonly PoolCurve[];
}

/** Dollars of a core hour where a stack's default settings start machines first: it has four. */
export const CORE_HOUR = PRICES.instanceHour[DEFAULTS.instance]! / 4;

/** A process is held to fewer than all of them with `taskset`, which Linux has. */
const ALL = availableParallelism();
const CORES = process.platform === 'linux' ? [...new Set([1, ALL])] : [ALL];

const POOLS = [100_000, 1_000_000, 5_822_653, 20_000_000];

/** Measures kinds of images on onnxruntime: decoded alone, and mined by jobs that are held to one core and then have all. */
export const measureCurves = async (work: string, shard: number): Promise<Curves> => {
  const inputs = await readInputs(work);
  const images: ImageCurve[] = [];
  for (const kind of Object.keys(FACE_FORMATS) as FaceFormat[]) {
    const folder = join(work, kind);
    const store = join(work, `curves-${kind}`);
    await writeMiningStore(store, folder, [shard], inputs);
    const jobs = [];
    for (const cores of CORES) {
      const job = await mine(store, 0, ONNXRUNTIME, 1, process.platform === 'linux' ? cores : undefined);
      jobs.push({ cores, rate: job.images / (job.waitSeconds + job.computeSeconds) });
    }
    const faces = await readFaces(folder);
    const bytes = faces.reduce((sum, face) => sum + face.length, 0) / (await readdir(folder)).length;
    images.push({ kind: FACE_FORMATS[kind].title, bytes, decoded: await decodedPerCpuSecond(faces), jobs });
  }
  const rate = images[0]!.jobs[0]!.rate;
  return { images, pools: await Promise.all(POOLS.map((count) => poolOf(count, rate))) };
};

async function decodedPerCpuSecond(faces: readonly Buffer[]): Promise<number> {
  const pass = async (): Promise<void> => {
    for (const face of faces) {
      const decoded = await decodeImage(face, CONFIG.image, CONFIG.limits);
      if (!isDecoded(decoded)) throw new TypeError(`An image of the benchmark is ${decoded.reason}.`);
    }
  };
  await pass();
  const { count, cpuSeconds } = await timed(4 * faces.length, async () => {
    for (let i = 0; i < 4; i++) await pass();
  });
  return count / cpuSeconds;
}

async function poolOf(images: number, rate: number): Promise<PoolCurve> {
  const { estimate } = await costOf({ ...DEFAULTS, images, rate });
  return { images, miningHours: estimate.miningHours, dollars: estimate.total };
}
