import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareEnvironment } from '../../../../core/tensor/backend/environment.ts';

const NAMES = [
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'OMP_NUM_THREADS',
  'TF_CPP_MIN_LOG_LEVEL',
  'TF_ENABLE_ONEDNN_OPTS',
  'TF_FORCE_GPU_ALLOW_GROWTH',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_CACHE_PATH',
  'CUDA_CACHE_MAXSIZE',
];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-environment-'));
  for (const name of NAMES) vi.stubEnv(name, undefined);
  vi.stubEnv('XDG_CACHE_HOME', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const environment = () => Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));

describe('Function: prepareEnvironment', () => {
  it('holds TensorFlow to the threads it was given, so that jobs side by side do not fight', () => {
    prepareEnvironment({ threads: 3, gpu: 'none' });
    expect(environment()).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '1',
      OMP_NUM_THREADS: '3',
      CUDA_VISIBLE_DEVICES: undefined,
      CUDA_CACHE_PATH: undefined,
    });
  });

  it("has oneDNN's kernels where TensorFlow would leave a processor without AVX-512 to slower ones", () => {
    prepareEnvironment({ threads: 1, gpu: 'none' });
    expect(process.env.TF_ENABLE_ONEDNN_OPTS).toBe('1');
  });

  it('keeps what a person has set', () => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '8');
    vi.stubEnv('TF_ENABLE_ONEDNN_OPTS', '0');
    vi.stubEnv('CUDA_CACHE_PATH', '/elsewhere');
    prepareEnvironment({ threads: 1, gpu: 'usable' });
    expect(environment()).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '8',
      TF_ENABLE_ONEDNN_OPTS: '0',
      CUDA_CACHE_PATH: '/elsewhere',
    });
  });

  it('hides a GPU even from a person who has chosen one', () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '0');
    prepareEnvironment({ threads: 1, gpu: 'hidden' });
    expect(environment()).toMatchObject({ CUDA_VISIBLE_DEVICES: '-1', TF_FORCE_GPU_ALLOW_GROWTH: undefined });
  });

  it('lets jobs share a GPU and keeps its compiled code for the next one', () => {
    prepareEnvironment({ threads: 1, gpu: 'usable' });
    const { CUDA_CACHE_PATH, CUDA_CACHE_MAXSIZE, TF_FORCE_GPU_ALLOW_GROWTH } = process.env;
    expect(TF_FORCE_GPU_ALLOW_GROWTH).toBe('true');
    // Or an A10G would multiply with fewer bits than a T4, and the same release would print other numbers.
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe('0');
    expect(CUDA_CACHE_PATH).toBe(join(folder, 'omnidistill', 'cuda'));
    expect(existsSync(CUDA_CACHE_PATH!)).toBe(true);
    expect(Number(CUDA_CACHE_MAXSIZE)).toBe(2 ** 32 - 1);
  });

  it('keeps it in the temporary folder where the root file system cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    vi.stubEnv('XDG_CACHE_HOME', join(folder, 'file'));
    prepareEnvironment({ threads: 1, gpu: 'usable' });
    expect(process.env.CUDA_CACHE_PATH).toBe(join(tmpdir(), 'omnidistill', 'cuda'));
  });
});
