import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addonFix, addonTrouble, buildRecord, explainLoadError } from '../../../../core/tensor/backend/addon.ts';
import { backendTrouble, requireBackend } from '../../../../core/tensor/backend/available.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-addon-'));
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('Function: explainLoadError', () => {
  it.each([
    ["/lib/libm.so.6: version `GLIBC_2.38' not found (required by x)", /newer C library than this machine's \(glibc/],
    ["libstdc++.so.6: version `GLIBCXX_3.4.32' not found", /newer C library/],
    ['libtensorflow_cc.so.2: cannot open shared object file: No such file', /a library that it needs is missing/],
    ['/x/tfjs_binding.node: invalid ELF header', /damaged or was built for another platform/],
    ['/x/tfjs_binding.node: file too short', /damaged/],
    ['The module was compiled against a different Node.js version using NODE_MODULE_VERSION 93.', /another Node/],
    ['Module did not self-register', /another Node/],
    ['something never seen', /^it does not load$/],
  ])('%s', (message, meaning) => {
    expect(explainLoadError(message)).toMatch(meaning);
  });
});

describe('Function: buildRecord', () => {
  it('takes no half-written record for a build', () => {
    writeFileSync(join(folder, 'lib', 'build.json'), '{"distribution": "tensorflow"');
    expect(buildRecord(folder)).toBeUndefined();
  });

  it('reads what it knows of a record that says more', () => {
    const record = { distribution: 'tensorflow', tensorflow: '2.21.0', glibc: '2.36' };
    writeFileSync(join(folder, 'lib', 'build.json'), JSON.stringify({ ...record, stripped: true }));
    expect(buildRecord(folder)).toEqual(record);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('Function: requireBackend', () => {
  it('lets wasm pass on every machine', () => {
    expect(backendTrouble('wasm', folder)).toBeUndefined();
    expect(() => requireBackend('wasm', folder)).not.toThrow();
  });

  it('stops a run with a backend that is not built before anything is spent', () => {
    expect(addonTrouble(folder)).toBe('the TensorFlow addon is not built here');
    expect(addonFix(folder)).toBe('npm run setup:tensorflow');
    expect(() => requireBackend('tensorflow', folder)).toThrow(
      'Backend tensorflow was asked for, but the TensorFlow addon is not built here. Run `npm run setup:tensorflow`, or use --backend wasm.',
    );
  });

  it('lets a backend pass whose addon is there', () => {
    writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
    expect(() => requireBackend('tensorflow', folder)).not.toThrow();
  });
});
