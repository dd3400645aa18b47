import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BuildRecord } from '../../../core/tensor/backend/addon.ts';
import { cacheName, describeBuild, holdsBuild } from '../../../scripts/tensorflow/build.ts';
import { TENSORFLOW, WHEELS } from '../../../scripts/tensorflow/pins.ts';
import { linkInto, loadedVersion, placeInto } from '../../../scripts/tensorflow/place.ts';
import { platformTrouble } from '../../../scripts/tensorflow/platform.ts';

const root = resolve(import.meta.dirname, '../../..');
const CPU = { gpu: false, strip: false };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-setup-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const addBuild = (place: string, record: object): void => {
  mkdirSync(join(place, 'lib'), { recursive: true });
  mkdirSync(join(place, 'deps'), { recursive: true });
  writeFileSync(join(place, 'lib', 'build.json'), `${JSON.stringify(record, null, 2)}\n`);
};

describe('Function: platformTrouble', () => {
  const linux = { platform: 'linux', arch: 'x64', glibc: '2.36' };

  it.each(['2.27', '2.36', '3.0'])('builds with glibc %s', (glibc) => {
    expect(platformTrouble({ ...linux, glibc })).toBeUndefined();
  });

  it.each([
    [{ ...linux, platform: 'darwin', arch: 'arm64' }, 'This is darwin arm64. The wasm backend runs here'],
    [{ ...linux, arch: 'arm64' }, 'This is linux arm64.'],
    [{ ...linux, glibc: undefined }, 'another C library (Alpine?)'],
    [{ ...linux, glibc: '2.26' }, 'needs glibc 2.27 or later. This system has 2.26.'],
  ])('refuses %o', (platform, words) => {
    expect(platformTrouble(platform)).toContain(words);
  });
});

describe('a build in the cache', () => {
  const build = describeBuild(CPU, '2.36', '4.22.0');

  it.each([
    ['another glibc', describeBuild(CPU, '2.39', '4.22.0')],
    ['another tfjs-node', describeBuild(CPU, '2.36', '4.23.0')],
    ['CUDA', describeBuild({ ...CPU, gpu: true }, '2.36', '4.22.0')],
    ['stripped libraries', describeBuild({ ...CPU, strip: true }, '2.36', '4.22.0')],
    ['other pins', { ...build, wheels: [{ ...build.wheels[0]!, sha256: '0' }] }],
  ])('is not taken for one with %s', (_, other) => {
    addBuild(folder, build);
    expect(holdsBuild(folder, build)).toBe(true);
    expect(holdsBuild(folder, other)).toBe(false);
    expect(cacheName(other)).not.toBe(cacheName(build));
  });

  it('is named after what a person would look for', () => {
    expect(cacheName(build)).toMatch(new RegExp(`^tensorflow-cpu-${TENSORFLOW}-glibc2\\.36-[0-9a-f]{8}$`));
  });

  it('is recorded as the backend reads it', () => {
    expect(BuildRecord.parse(JSON.parse(JSON.stringify(build)))).toEqual({
      distribution: 'tensorflow-cpu',
      tensorflow: TENSORFLOW,
      glibc: '2.36',
    });
  });
});

describe('the pins', () => {
  it('hold every wheel to its bytes, and TensorFlow to one version', () => {
    for (const { sha256 } of [...WHEELS.cpu, ...WHEELS.gpu]) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(WHEELS.cpu).toEqual([expect.objectContaining({ name: 'tensorflow-cpu', version: TENSORFLOW })]);
    expect(WHEELS.gpu[0]).toMatchObject({ name: 'tensorflow', version: TENSORFLOW });
    expect(WHEELS.gpu.slice(1).map(({ name }) => name)).toEqual(expect.arrayContaining(['nvidia-cudnn-cu12']));
  });
});

describe('Function: linkInto', () => {
  it('replaces what the package brought, and an older link', () => {
    mkdirSync(join(folder, 'package', 'lib', 'napi-v8'), { recursive: true });
    for (const cache of ['old', 'new']) {
      addBuild(join(folder, cache), {});
      linkInto(join(folder, cache), join(folder, 'package'));
    }
    expect(lstatSync(join(folder, 'package', 'deps')).isSymbolicLink()).toBe(true);
    expect(readlinkSync(join(folder, 'package', 'lib'))).toBe(join(folder, 'new', 'lib'));
  });
});

describe('Function: placeInto', () => {
  it('leaves a finished build alone, so that a second call costs nothing', () => {
    const build = describeBuild(CPU, '2.36', '4.22.0');
    addBuild(folder, build);
    placeInto(build, { packageFolder: '/nowhere', headersFolder: '/nowhere' }, folder);
    expect(holdsBuild(folder, build)).toBe(true);
  });
});

describe('Function: loadedVersion', () => {
  it('passes on what the loader says of an addon that does not load', () => {
    mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
    writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), 'x'.repeat(100));
    expect(() => loadedVersion(folder)).toThrow(/does not load with Node v\d.*invalid ELF header/);
  });
});

describe.runIf(process.platform === 'linux' && process.arch === 'x64')('setup:tensorflow', () => {
  const bin = (): string => join(folder, 'bin');
  const addTool = (name: string): void => {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(join(bin(), name), '#!/bin/sh\nexit 0\n');
    chmodSync(join(bin(), name), 0o755);
  };
  const setUp = (...flags: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/setup-tensorflow.ts', ...flags], {
      cwd: root,
      env: { PATH: bin(), XDG_CACHE_HOME: join(folder, 'cache') },
      encoding: 'utf8',
    });

  it('asks for pip where Python is missing', () => {
    const { status, stderr } = setUp('--into', join(folder, 'into'));
    expect(status).toBe(1);
    expect(stderr).toContain('`python3 -m pip --version` does not work. Install it, on Debian with: apt-get install');
    expect(stderr).not.toContain('    at ');
  });

  it('asks for a compiler before it fetches half a gigabyte', () => {
    addTool('python3');
    const { status, stderr } = setUp('--into', join(folder, 'into'));
    expect(status).toBe(1);
    expect(stderr).toContain('`g++ --version` does not work. Install it, on Debian with: apt-get install g++');
  });

  it('leaves nothing behind that the next try could take for a build', () => {
    setUp('--into', join(folder, 'into'));
    expect(lstatSync(join(folder, 'into')).isDirectory()).toBe(true);
    expect(() => readFileSync(join(folder, 'into', 'lib', 'build.json'))).toThrow('ENOENT');
  });

  it('shows its flags for one that it does not know', () => {
    const { status, stderr } = setUp('--cuda');
    expect(status).toBe(1);
    expect(stderr).toMatch(/Unknown option '--cuda'[\s\S]*--gpu {2}/);
  });
});
