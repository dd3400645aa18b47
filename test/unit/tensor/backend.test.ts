import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ConfigError } from '../../../core/errors.ts';
import { selectBackend, tensorflowAddon } from '../../../core/tensor/backend.ts';

const disk = vi.hoisted(() => ({ addon: false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  return { ...fs, existsSync: (path: string) => (path.endsWith('.node') ? disk.addon : fs.existsSync(path)) };
});

vi.mock('node:module', async (original) => {
  const module = await original<typeof import('node:module')>();
  const createRequire = (url: string) => {
    const require = module.createRequire(url);
    const load = (name: string): unknown => {
      if (name === '@tensorflow/tfjs-node-gpu') throw new Error('libtensorflow.so.2: cannot open shared object file');
      return require(name);
    };
    const resolve = (name: string): string =>
      name === '@tensorflow/tfjs-node-gpu/package.json' ? '/addon/package.json' : require.resolve(name);
    return Object.assign(load, { resolve });
  };
  return { ...module, createRequire };
});

describe('Function: selectBackend', () => {
  beforeEach(() => {
    disk.addon = false;
  });

  it('takes wasm where TensorFlow was not built, so that npm alone is enough', async () => {
    expect(tensorflowAddon()).toBeUndefined();
    const { name, versions } = await selectBackend();
    expect(name).toBe('wasm');
    expect(Object.keys(versions).sort()).toEqual(['node', 'tfjs-backend-wasm', 'tfjs-core']);
  });

  it('refuses a forced TensorFlow that was not built and says how to build it', async () => {
    const refused = selectBackend({ forced: 'tensorflow' });
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(
      'Backend tensorflow was asked for but is not built here. Run `npm run setup:tensorflow`.',
    );
  });

  it('says what the loader said when the addon is there but broken, instead of silently computing five times slower', async () => {
    disk.addon = true;
    await expect(selectBackend()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/does not load: libtensorflow.*setup:tensorflow/),
      cause: expect.objectContaining({ message: expect.stringContaining('libtensorflow') }),
    });
  });

  it('never loads a broken addon where wasm is forced', async () => {
    disk.addon = true;
    expect((await selectBackend({ forced: 'wasm' })).name).toBe('wasm');
  });
});
