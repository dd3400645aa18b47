import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_API } from './pins.ts';
import { SetupError } from './setup-error.ts';

/** The addon's place in a package folder: where node-pre-gyp and omnidistill look for it. */
export const ADDON = join('lib', `napi-v${NODE_API}`, 'tfjs_binding.node');
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

/** @throws SetupError that names the missing program and how to get it */
export const requireTool = (command: string, args: readonly string[], debian: string): void => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
  } catch (cause) {
    throw new SetupError(
      `\`${command} ${args.join(' ')}\` does not work. Install it, on Debian with: apt-get install ${debian}`,
      { cause },
    );
  }
};

const run = (command: string, args: readonly string[]): void => {
  try {
    execFileSync(command, args, { stdio: 'inherit' });
  } catch (cause) {
    throw new SetupError(`${command} failed; it says why above.`, { cause });
  }
};

export interface Sources {
  /** Folder of the installed tfjs-node-gpu, with the addon's sources. */
  readonly packageFolder: string;
  /** Folder of the installed node-api-headers. */
  readonly headersFolder: string;
}

/** Compiles the addon against the libraries in `folder/deps` and puts it below `folder/lib`. */
export const compileAddon = ({ packageFolder, headersFolder }: Sources, folder: string): void => {
  const addon = join(folder, ADDON);
  mkdirSync(join(addon, '..'), { recursive: true });
  const files = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(packageFolder, 'binding', file));
  const places = [join(headersFolder, 'include'), join(folder, 'deps', 'include'), join(packageFolder, '..')];
  run('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NODE_API}`, '-DNDEBUG'],
    ...[...places.map((path) => `-I${path}`), ...files, '-o', addon],
    ...[`-L${join(folder, 'deps', 'lib')}`, ...LIBRARIES.map((name) => `-l:${name}`)],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ]);
};

/** Takes TensorFlow's symbol tables away, which nothing reads at run time. */
export const stripLibraries = (folder: string): void =>
  run('strip', ['--strip-unneeded', ...LIBRARIES.map((name) => join(folder, 'deps', 'lib', name))]);
