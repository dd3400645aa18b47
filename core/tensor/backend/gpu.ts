import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { buildRecord, SETUP_GPU, tensorflowFolder } from './addon.ts';

/** Why no GPU computes, and the command that helps or shows more. */
export interface GpuTrouble {
  readonly problem: string;
  readonly fix: string;
}

type WheelLibrary = readonly [folder: string, library: string];

/**
 * What TensorFlow opens before it registers a GPU, and the folder of NVIDIA's wheel that holds it.
 * @see tsl/platform/default/dlopen_checker.cc, TryDlopenCUDALibraries
 */
const CUDA_LIBRARIES: readonly WheelLibrary[] = [
  ['cuda_runtime', 'libcudart.so.12'],
  ['cublas', 'libcublasLt.so.12'],
  ['cublas', 'libcublas.so.12'],
  ['cufft', 'libcufft.so.11'],
  ['cusparse', 'libcusparse.so.12'],
  ['cusolver', 'libcusolver.so.11'],
  ['cudnn', 'libcudnn.so.9'],
];

/** With what cuDNN compiles kernels. */
const COMPILER: WheelLibrary = ['cuda_nvrtc', 'libnvrtc.so.12'];

/** Keeps a library in the process that Node closes again because it is no addon. @see dlfcn.h of glibc */
const RTLD_NODELETE = 0x1000;

/**
 * What the dynamic loader has against a library; undefined where it loads.
 * @param library - a path, or a name that the loader looks up as it would for TensorFlow
 * @param stays - leave it in the process
 */
export const loadFault = (library: string, stays = false): string | undefined => {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_LAZY | (stays ? RTLD_NODELETE : 0));
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // It was loaded, and Node found no addon in it.
    return message.includes('did not self-register') ? undefined : message;
  }
};

const ownLibrary = (folder: string, [wheel, library]: WheelLibrary): string =>
  join(folder, 'deps', 'nvidia', wheel, 'lib', library);

/**
 * Loads NVIDIA's libraries of a build, each by its path: who opens one by its name afterwards finds it in the process. TensorFlow 2.21
 * looks for libcusolver where its wheel never is and then registers no GPU; cuDNN 9.3 looks for libnvrtc in `nvrtc` and not in `cuda_nvrtc`.
 * What the system has instead is left to the loader.
 * @param folder - of the package tfjs-node-gpu
 */
export const preloadCuda = (
  folder: string,
  libraries: readonly WheelLibrary[] = [...CUDA_LIBRARIES, COMPILER],
): void => {
  for (const library of libraries) loadFault(ownLibrary(folder, library), true);
};

/** Device files of NVIDIA GPUs; under WSL one file stands for all. */
export const deviceFiles = (devices = '/dev'): string[] => {
  try {
    return readdirSync(devices).filter((name) => /^(nvidia\d+|dxg)$/.test(name));
  } catch {
    return [];
  }
};

/**
 * What the driver calls the GPUs of this machine, e.g. `Tesla T4`; `an unknown GPU` where it does not say, as under WSL.
 * @param driver - folder with a folder for each GPU
 */
export const gpuName = (driver = '/proc/driver/nvidia/gpus'): string => {
  try {
    const models = readdirSync(driver).map((gpu) => modelIn(readFileSync(join(driver, gpu, 'information'), 'utf8')));
    const known = new Set(models.filter((model) => model !== undefined));
    if (known.size > 0) return [...known].sort().join(' and ');
  } catch {
    // Another kind of driver has no such folder.
  }
  return 'an unknown GPU';
};

function modelIn(information: string): string | undefined {
  return /^Model:\s*(.+?)\s*$/m.exec(information)?.[1];
}

/** True where `CUDA_VISIBLE_DEVICES` leaves no GPU. */
export const hidesEveryGpu = (devices: string | undefined): boolean =>
  devices !== undefined && (devices.trim() === '' || devices.trim().startsWith('-1') || devices === 'NoDevFiles');

/** True where a GPU may be used: the files that a driver makes are there and nothing hides them. */
export const gpuMayBeHere = (): boolean => deviceFiles().length > 0 && !hidesEveryGpu(process.env.CUDA_VISIBLE_DEVICES);

/** What to look at, for tests. */
export interface GpuProbe {
  readonly folder?: string | undefined;
  readonly devices?: readonly string[] | undefined;
  readonly loads?: typeof loadFault | undefined;
}

/**
 * Looks for what keeps TensorFlow from a GPU: the build, the environment, the driver, then NVIDIA's libraries one by
 * one. Loads no TensorFlow.
 * @returns the first thing found, or undefined
 */
export const gpuTrouble = ({
  folder = tensorflowFolder(),
  devices = deviceFiles(),
  loads = loadFault,
}: GpuProbe = {}): GpuTrouble | undefined => {
  const hidden = process.env.CUDA_VISIBLE_DEVICES;
  const driver = driverTrouble(devices, loads);
  if (driver !== undefined) return driver;
  if (hidesEveryGpu(hidden)) {
    return { problem: `CUDA_VISIBLE_DEVICES="${hidden}" hides every GPU`, fix: 'unset CUDA_VISIBLE_DEVICES' };
  }
  if (folder === undefined || buildRecord(folder)?.distribution === 'tensorflow-cpu') {
    return { problem: 'the TensorFlow addon was built without CUDA', fix: SETUP_GPU };
  }
  return libraryTrouble(folder, loads);
};

function driverTrouble(devices: readonly string[], loads: typeof loadFault): GpuTrouble | undefined {
  const fault = loads('libcuda.so.1');
  if (devices.length === 0) {
    return {
      problem:
        fault === undefined
          ? 'no GPU is visible, though a driver is there'
          : 'no GPU is visible (neither NVIDIA driver nor device)',
      fix: 'nvidia-smi',
    };
  }
  if (fault === undefined) return undefined;
  return {
    problem: `the driver's library libcuda.so.1 cannot be loaded: ${fault}`,
    fix: 'nvidia-smi',
  };
}

function libraryTrouble(folder: string, loads: typeof loadFault): GpuTrouble | undefined {
  for (const [wheel, library] of CUDA_LIBRARIES) {
    const own = ownLibrary(folder, [wheel, library]);
    const fault = loads(existsSync(own) ? own : library);
    if (fault !== undefined) {
      return { problem: `the CUDA library ${library} cannot be loaded: ${fault}`, fix: SETUP_GPU };
    }
  }
  return undefined;
}
