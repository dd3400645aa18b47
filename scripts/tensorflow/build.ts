import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildRecord } from '../../core/tensor/backend/addon.ts';
import { compileAddon, requireTool, type Sources, stripLibraries } from './compile.ts';
import { NODE_API, TENSORFLOW, WHEELS, type Wheel } from './pins.ts';
import { unpackWheels } from './wheels.ts';

export interface Variant {
  /** With the code for CUDA and NVIDIA's libraries. */
  readonly gpu: boolean;
  readonly strip: boolean;
}

/** Everything that a build depends on; a build with another record is another build. */
export interface Build extends BuildRecord {
  readonly tfjsNode: string;
  readonly nodeApi: number;
  readonly stripped: boolean;
  readonly wheels: readonly Wheel[];
}

/** @param tfjsNode - version of the package whose addon is built */
export const describeBuild = ({ gpu, strip }: Variant, glibc: string, tfjsNode: string): Build => ({
  distribution: gpu ? 'tensorflow' : 'tensorflow-cpu',
  tensorflow: TENSORFLOW,
  // A newer one may lack nothing, but an older one lacks symbols: built where it runs.
  glibc,
  tfjsNode,
  nodeApi: NODE_API,
  stripped: strip,
  wheels: WHEELS[gpu ? 'gpu' : 'cpu'],
});

/** Name of a build's folder in the cache: other pins, another glibc, another name. */
export const cacheName = (build: Build): string => {
  const digest = createHash('sha256').update(JSON.stringify(build)).digest('hex').slice(0, 8);
  return `${build.distribution}-${build.tensorflow}-glibc${build.glibc}-${digest}`;
};

const recordPath = (folder: string): string => join(folder, 'lib', 'build.json');

/** True where a folder holds this very build. */
export const holdsBuild = (folder: string, build: Build): boolean => {
  try {
    return readFileSync(recordPath(folder), 'utf8') === toRecord(build);
  } catch {
    return false;
  }
};

const toRecord = (build: Build): string => `${JSON.stringify(build, null, 2)}\n`;

/**
 * Makes `folder/lib` and `folder/deps`. The record is written last: a folder without it is no build.
 * @throws SetupError that names the missing program, or the step that failed
 */
export const makeBuild = (build: Build, sources: Sources, folder: string): void => {
  requireTool('python3', ['-m', 'pip', '--version'], 'python3 python3-pip');
  requireTool('g++', ['--version'], 'g++');
  if (build.stripped) requireTool('strip', ['--version'], 'binutils');
  const scratch = mkdtempSync(join(tmpdir(), 'omnidistill-tensorflow-'));
  try {
    console.log(`Fetching ${build.wheels.map(({ name, version }) => `${name} ${version}`).join(', ')} ...`);
    unpackWheels(build.wheels, scratch, join(folder, 'deps'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log('Compiling the addon ...');
  compileAddon(sources, folder);
  rmSync(join(folder, 'deps', 'include'), { recursive: true, force: true });
  if (build.stripped) stripLibraries(folder);
  writeFileSync(recordPath(folder), toRecord(build));
};
