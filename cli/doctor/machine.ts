import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { buildRecord, glibcVersion } from '../../core/tensor/backend/addon.ts';
import type { Gpu, Machine } from './contract.ts';

const require = createRequire(import.meta.url);
const MIB = 2 ** 20;

export const describeMachine = (): Machine => ({
  platform: process.platform,
  arch: process.arch,
  glibc: glibcVersion() ?? null,
  processor: cpus()[0]?.model.trim() || 'unknown',
  cores: availableParallelism(),
  memoryMiB: Math.round(memoryLimit() / MIB),
  freeMemoryMiB: Math.round(Math.min(freemem(), memoryLimit()) / MIB),
});

export const describeVersions = (): Record<string, string> => {
  const record = buildRecord();
  return {
    node: process.version,
    'tfjs-core': packageVersion('@tensorflow/tfjs-core'),
    'tfjs-backend-wasm': packageVersion('@tensorflow/tfjs-backend-wasm'),
    'tfjs-node-gpu': packageVersion('@tensorflow/tfjs-node-gpu'),
    ...(record === undefined ? {} : { [record.distribution]: record.tensorflow, 'built with glibc': record.glibc }),
    ...sharpVersions(),
    '@napi-rs/image': packageVersion('@napi-rs/image'),
  };
};

/** One line of nvidia-smi: `NVIDIA L4, 550.54.15, 23034`. */
export const parseGpu = (line: string): Gpu | undefined => {
  const [name, driver, memory] = line.split(',').map((part) => part.trim());
  const memoryMiB = Number(memory);
  return name && driver && memoryMiB > 0 ? { name, driver, memoryMiB } : undefined;
};

/** The GPUs that nvidia-smi lists; none where it is not there or does not answer. */
export const listGpus = async (): Promise<Gpu[]> => {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 5000 });
    return stdout.split('\n').flatMap((line) => parseGpu(line) ?? []);
  } catch {
    return [];
  }
};

/** Bytes that this process may use: the machine's memory, or the container's share of it. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** A package's version, or why there is none: the doctor must outlive what it looks for. */
function packageVersion(name: string): string {
  try {
    return (require(`${name}/package.json`) as { version: string }).version;
  } catch {
    return 'missing';
  }
}

function sharpVersions(): Record<string, string> {
  try {
    const { versions } = require('sharp') as { versions: Record<string, string> };
    return { sharp: versions.sharp ?? 'unknown', libvips: versions.vips ?? 'unknown' };
  } catch {
    return { sharp: 'does not load' };
  }
}
