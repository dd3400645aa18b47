import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes of compiled GPU code to keep: a GPU newer than the wheel has all of TensorFlow's kernels compiled for it once. */
const CUDA_CACHE_BYTES = 4 * 2 ** 30 - 1;

export interface TensorflowEnvironment {
  readonly threads: number;
  /** `hidden`: TensorFlow must see none. `usable`: one may be there. `none`: nothing to prepare. */
  readonly gpu: 'hidden' | 'usable' | 'none';
}

/**
 * Sets what TensorFlow and CUDA read once, while they are loaded. What a person has set stays, except that a hidden GPU
 * is hidden.
 */
export const prepareEnvironment = ({ threads, gpu }: TensorflowEnvironment): void => {
  // One thread and a fixed order of sums make runs repeatable.
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads);
  process.env.TF_NUM_INTEROP_THREADS ??= '1';
  process.env.OMP_NUM_THREADS ??= String(threads);
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // By itself TensorFlow leaves oneDNN's kernels to processors with AVX-512 VNNI, BF16 or AMX; one with AVX2 alone trains 1.4 times as fast
  // by them. @see the release notes of TensorFlow 2.9
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  if (gpu === 'hidden') process.env.CUDA_VISIBLE_DEVICES = '-1';
  if (gpu !== 'usable') return;
  // Without this the first of several jobs on a GPU takes all of its memory.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  // GPUs from 2020 on would multiply float32 with 10 bits of mantissa, an older one with 23.
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  process.env.CUDA_CACHE_PATH ??= writableCache();
  process.env.CUDA_CACHE_MAXSIZE ??= String(CUDA_CACHE_BYTES);
};

/** A folder that survives the process where the machine has one, else the temporary one (a read-only container). */
function writableCache(): string {
  const places = [process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), tmpdir()];
  for (const place of places) {
    const folder = join(place, 'omnidistill', 'cuda');
    try {
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      return folder;
    } catch {
      // The next place may be writable.
    }
  }
  return tmpdir();
}
