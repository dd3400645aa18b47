import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  deviceFiles,
  gpuName,
  gpuTrouble,
  hidesEveryGpu,
  loadFault,
  preloadCuda,
} from '../../../../core/tensor/backend/gpu.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-gpu-'));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const recordBuild = (distribution: string): void => {
  mkdirSync(join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'build.json'), JSON.stringify({ distribution, tensorflow: '2', glibc: '2.36' }));
};

const devices = ['nvidia0'];
const failing = (part: string) => (library: string) =>
  library.includes(part) ? `${library}: no such file` : undefined;
const LIBRARIES = ['libcudart.so.12', 'libcublasLt.so.12', 'libcublas.so.12', 'libcufft.so.11', 'libcusparse.so.12'];

describe('Function: gpuName', () => {
  it('says which model computes, or results of two models would count as those of one', () => {
    for (const [gpu, model] of [
      ['0000:00:1e.0', 'Tesla T4'],
      ['0000:00:1f.0', 'NVIDIA A10G'],
    ] as const) {
      mkdirSync(join(folder, gpu));
      writeFileSync(join(folder, gpu, 'information'), `Model: \t\t ${model}\nIRQ:   \t\t 10\n`);
    }
    expect(gpuName(folder)).toBe('NVIDIA A10G and Tesla T4');
  });

  it('says so where the driver does not', () => {
    expect(gpuName(join(folder, 'none'))).toBe('an unknown GPU');
    expect(gpuName(folder)).toBe('an unknown GPU');
  });
});

describe('Function: gpuTrouble', () => {
  it('sees a machine without any GPU', () => {
    const trouble = gpuTrouble({ folder, devices: [], loads: failing('libcuda.so.1') });
    expect(trouble?.problem).toBe('no GPU is visible (neither NVIDIA driver nor device)');
  });

  it('tells a container that was started without its GPU from a machine without a driver', () => {
    const trouble = gpuTrouble({ folder, devices: [], loads: () => undefined });
    expect(trouble).toMatchObject({
      problem: 'no GPU is visible, though a driver is there',
      fix: 'nvidia-smi',
    });
  });

  it('names the library of a driver that is broken, with what the loader said', () => {
    const trouble = gpuTrouble({ folder, devices, loads: failing('libcuda.so.1') });
    expect(trouble?.problem).toBe("the driver's library libcuda.so.1 cannot be loaded: libcuda.so.1: no such file");
  });

  it('names the variable that hides the GPU', () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    expect(gpuTrouble({ folder, devices, loads: () => undefined })).toEqual({
      problem: 'CUDA_VISIBLE_DEVICES="-1" hides every GPU',
      fix: 'unset CUDA_VISIBLE_DEVICES',
    });
  });

  it('sees that TensorFlow was built for the processor alone', () => {
    recordBuild('tensorflow-cpu');
    expect(gpuTrouble({ folder, devices, loads: () => undefined })).toEqual({
      problem: 'the TensorFlow addon was built without CUDA',
      fix: 'npm run setup:tensorflow -- --gpu',
    });
  });

  it.each([...LIBRARIES, 'libcusolver.so.11', 'libcudnn.so.9'])('names %s where it is what is missing', (library) => {
    recordBuild('tensorflow');
    expect(gpuTrouble({ folder, devices, loads: failing(library) })?.problem).toMatch(
      `the CUDA library ${library} cannot be loaded: `,
    );
  });

  it("looks into the package's own folder before it asks the system", () => {
    recordBuild('tensorflow');
    const own = join(folder, 'deps', 'nvidia', 'cudnn', 'lib');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'libcudnn.so.9'), '');
    const asked: string[] = [];
    gpuTrouble({ folder, devices, loads: (library) => void asked.push(library) });
    expect(asked).toEqual(['libcuda.so.1', ...LIBRARIES, 'libcusolver.so.11', join(own, 'libcudnn.so.9')]);
  });

  it('finds nothing wrong where everything loads', () => {
    recordBuild('tensorflow');
    expect(gpuTrouble({ folder, devices, loads: () => undefined })).toBeUndefined();
  });
});

describe('Function: hidesEveryGpu', () => {
  it.each([
    [undefined, false],
    ['', true],
    ['-1', true],
    ['-1,0', true],
    ['NoDevFiles', true],
    ['0', false],
    ['0,-1', false],
    ['GPU-3f1a', false],
  ])('CUDA_VISIBLE_DEVICES=%s: %s', (devices, hidden) => {
    expect(hidesEveryGpu(devices)).toBe(hidden);
  });
});

describe('Function: deviceFiles', () => {
  it('counts GPUs, not the control files beside them', () => {
    for (const name of ['nvidia0', 'nvidia12', 'nvidiactl', 'nvidia-uvm', 'null'])
      writeFileSync(join(folder, name), '');
    expect(deviceFiles(folder).sort()).toEqual(['nvidia0', 'nvidia12']);
    expect(deviceFiles(join(folder, 'nowhere'))).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('Function: loadFault', () => {
  it('finds nothing wrong with a library that is no addon', () => {
    expect(loadFault('libm.so.6')).toBeUndefined();
  });

  it('tells what the loader has against a missing and a damaged file', () => {
    writeFileSync(join(folder, 'libbroken.so'), 'x'.repeat(100));
    expect(loadFault('libnowhere.so.7')).toMatch(/libnowhere\.so\.7.*No such file/);
    expect(loadFault(join(folder, 'libbroken.so'))).toMatch(/libbroken\.so.*(invalid ELF header|file too short)/);
  });
});

const hasCompiler = process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0;
describe.runIf(hasCompiler)('Function: preloadCuda (skipped where gcc is not there)', () => {
  it('lets TensorFlow find a library by its name whose folder it does not look into', () => {
    const name = 'libomnidistill-preloaded.so.1';
    const own = join(folder, 'deps', 'nvidia', 'cusolver', 'lib');
    mkdirSync(own, { recursive: true });
    const source = { input: 'int omnidistill_preloaded;' };
    execFileSync('gcc', ['-shared', `-Wl,-soname,${name}`, '-x', 'c', '-', '-o', join(own, name)], source);
    expect(loadFault(name)).toMatch('cannot open shared object file');
    preloadCuda(folder, [
      ['cublas', 'libnowhere.so.12'],
      ['cusolver', name],
    ]);
    expect(loadFault(name)).toBeUndefined();
  });
});
