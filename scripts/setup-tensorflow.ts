import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Build, describeBuild } from './tensorflow/build.ts';
import type { Sources } from './tensorflow/compile.ts';
import { cachedBuild, linkInto, loadedVersion, placeInto } from './tensorflow/place.ts';
import { platformTrouble, thisPlatform } from './tensorflow/platform.ts';
import { SetupError } from './tensorflow/setup-error.ts';

/**
 * Builds the addon of @tensorflow/tfjs-node-gpu for this machine against the C libraries of a current TensorFlow.
 * The package's own installer would fetch TensorFlow 2.9 of 2022; its addon uses the stable C API alone, so it builds
 * unchanged against the libraries inside a wheel of PyPI. Python and g++ are needed here and never again.
 * Runs with `tsx`, and with `node` alone from 22.18 on: the image's build stage has no tsx.
 */
const USAGE = `Builds the TensorFlow backend: npm run setup:tensorflow -- [--gpu] [--strip] [--into DIR]
  --gpu    TensorFlow with CUDA, and NVIDIA's libraries; left out, for the processor alone
  --strip  without symbol tables
  --into   put lib/ and deps/ into this folder; left out, they are kept in the cache and linked into node_modules`;

const require = createRequire(import.meta.url);

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        gpu: { type: 'boolean', default: false },
        strip: { type: 'boolean', default: false },
        into: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new SetupError(`${(cause as Error).message}\n${USAGE}`, { cause });
  }
};

const manifestOf = (path: string): string => {
  try {
    return require.resolve(path);
  } catch (cause) {
    throw new SetupError(`${dirname(path)} is not installed. Run \`npm ci\` first.`, { cause });
  }
};

/** Links a build from the cache; one that does not load any more is made anew, once. */
const setUpLinked = (build: Build, sources: Sources): string => {
  const cache = cachedBuild(build, sources);
  linkInto(cache, sources.packageFolder);
  try {
    return loadedVersion(sources.packageFolder);
  } catch {
    console.log('The cached build does not load. Building it again ...');
    rmSync(cache, { recursive: true, force: true });
    linkInto(cachedBuild(build, sources), sources.packageFolder);
    return loadedVersion(sources.packageFolder);
  }
};

const setUp = (): void => {
  const { gpu, strip, into, help } = readOptions();
  if (help) {
    console.log(USAGE);
    return;
  }
  const machine = thisPlatform();
  const trouble = platformTrouble(machine);
  if (trouble !== undefined) throw new SetupError(trouble);
  const manifest = manifestOf('@tensorflow/tfjs-node-gpu/package.json');
  const sources = {
    packageFolder: dirname(manifest),
    headersFolder: dirname(manifestOf('node-api-headers/package.json')),
  };
  const { version: tfjsNode } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const build = describeBuild({ gpu, strip }, machine.glibc!, tfjsNode);
  let version: string;
  if (into === undefined) {
    version = setUpLinked(build, sources);
  } else {
    placeInto(build, sources, resolve(into));
    version = loadedVersion(resolve(into));
  }
  console.log(`TensorFlow ${version}${gpu ? ' with CUDA' : ''} is ready for Node ${process.version}.`);
  if (!gpu && existsSync('/dev/nvidia0')) console.log('An NVIDIA GPU is here: --gpu builds what computes on it.');
};

try {
  setUp();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`setup:tensorflow: ${error.message}`);
  process.exitCode = 1;
}
