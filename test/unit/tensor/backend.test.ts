import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Backend } from '../../../core/contracts/stats.ts';
import { ConfigError } from '../../../core/errors.ts';
import { gpuMayBeHere } from '../../../core/tensor/backend/gpu.ts';
import { forcedBackend, selectBackend, tensorflowAddon } from '../../../core/tensor/backend.ts';

let folder: string;
const before = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-addon-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  if (before.CUDA_VISIBLE_DEVICES === undefined) delete process.env.CUDA_VISIBLE_DEVICES;
  else process.env.CUDA_VISIBLE_DEVICES = before.CUDA_VISIBLE_DEVICES;
});

const breakAddon = (): void => {
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), 'not a library at all');
};

describe('Function: selectBackend', () => {
  it('takes wasm where TensorFlow was not built, so that npm alone is enough', async () => {
    expect(tensorflowAddon(folder)).toBeUndefined();
    const { name, versions, reason } = await selectBackend({ folder });
    expect(name).toBe('wasm');
    expect(reason).toBe('the TensorFlow addon is not built here');
    expect(Object.keys(versions).sort()).toEqual(['node', 'tfjs-backend-wasm', 'tfjs-core']);
  });

  it('returns a record that fits into stats.json', async () => {
    expect(Backend.parse(await selectBackend({ folder })).reason).toContain('not built');
  });

  it.each(['tensorflow', 'tensorflow-gpu'] as const)(
    'refuses a forced %s that was not built and says how to build it',
    async (forced) => {
      const refused = selectBackend({ forced, folder });
      await expect(refused).rejects.toBeInstanceOf(ConfigError);
      await expect(refused).rejects.toThrow(
        `Backend ${forced} was asked for, but the TensorFlow addon is not built here. Run \`npm run setup:tensorflow`,
      );
    },
  );

  it('computes on wasm where the addon is broken, and keeps what the loader said for the log', async () => {
    breakAddon();
    const { name, reason } = await selectBackend({ folder });
    expect(name).toBe('wasm');
    expect(reason).toMatch(/cannot be used: it is damaged or was built for another platform \(.*tfjs_binding\.node/);
  });

  it('refuses a forced TensorFlow whose addon is broken instead of silently computing five times slower', async () => {
    breakAddon();
    await expect(selectBackend({ forced: 'tensorflow', folder })).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/tfjs_binding\.node.*Run `npm run setup:tensorflow`, or use --backend wasm/),
      cause: expect.objectContaining({ code: 'ERR_DLOPEN_FAILED' }),
    });
  });

  it('never loads a broken addon where wasm is forced', async () => {
    breakAddon();
    expect(await selectBackend({ forced: 'wasm', folder })).toMatchObject({ name: 'wasm', reason: 'it was asked for' });
  });
});

describe.runIf(tensorflowAddon())('Function: selectBackend, with TensorFlow', () => {
  it('hides every GPU from a forced tensorflow, which is to compute as it does without one', async () => {
    const { name, threads, reason, versions } = await selectBackend({ forced: 'tensorflow' });
    expect({ name, threads, reason }).toEqual({ name: 'tensorflow', threads: 1, reason: 'it was asked for' });
    expect(process.env.CUDA_VISIBLE_DEVICES).toBe('-1');
    expect(Object.keys(versions).sort()).toEqual(['node', 'tensorflow', 'tfjs-core', 'tfjs-node-gpu']);
  });

  it.skipIf(gpuMayBeHere())('takes TensorFlow by itself, and says why no GPU computes', async () => {
    const { name, reason } = await selectBackend();
    expect(name).toBe('tensorflow');
    expect(reason).toMatch(/^the addon is there, and no GPU is visible/);
  });

  it.skipIf(gpuMayBeHere())('refuses a forced tensorflow-gpu without a GPU and says what to look at', async () => {
    await expect(selectBackend({ forced: 'tensorflow-gpu' })).rejects.toThrow(
      /tensorflow-gpu was asked for, but no GPU is visible.*\. Run `nvidia-smi/,
    );
  });
});

describe('Function: forcedBackend', () => {
  it.each([[undefined], ['']])('leaves the choice to the machine for %o', (text) => {
    expect(forcedBackend(text, 'OMNIDISTILL_BACKEND')).toBeUndefined();
  });

  it('names the place of an unknown word, and all words that are known', () => {
    expect(() => forcedBackend('cuda', 'OMNIDISTILL_BACKEND')).toThrow(
      'OMNIDISTILL_BACKEND must be one of tensorflow-gpu, tensorflow, wasm. Received cuda.',
    );
  });
});
