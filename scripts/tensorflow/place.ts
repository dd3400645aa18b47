import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Build, cacheName, holdsBuild, makeBuild } from './build.ts';
import { ADDON, type Sources } from './compile.ts';
import { SetupError } from './setup-error.ts';

const PARTS = ['lib', 'deps'] as const;

const cacheRoot = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'omnidistill');

/** Builds beside the place and moves there, so that an interrupted build is not taken for a finished one. */
const buildBeside = (place: string, make: (draft: string) => void, settle: (draft: string) => void): void => {
  mkdirSync(dirname(place), { recursive: true });
  const draft = mkdtempSync(`${place}-draft-`);
  try {
    make(draft);
    settle(draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};

/** The build in the cache, made where it is not there yet. */
export const cachedBuild = (build: Build, sources: Sources): string => {
  const cache = join(cacheRoot(), cacheName(build));
  if (holdsBuild(cache, build)) return cache;
  buildBeside(
    cache,
    (draft) => makeBuild(build, sources, draft),
    (draft) => {
      rmSync(cache, { recursive: true, force: true });
      renameSync(draft, cache);
    },
  );
  return cache;
};

/** `npm ci` empties node_modules; the links are made again from the cache in no time. */
export const linkInto = (cache: string, folder: string): void => {
  for (const part of PARTS) {
    const place = join(folder, part);
    const draft = `${place}-${process.pid}`;
    symlinkSync(join(cache, part), draft);
    // A link is replaced in one step: a process that starts meanwhile finds the old one or the new one.
    if (existsSync(place) && !lstatSync(place).isSymbolicLink()) rmSync(place, { recursive: true });
    renameSync(draft, place);
  }
};

/** Puts the files themselves into a folder: from the cache where they are there, else built without keeping a copy. */
export const placeInto = (build: Build, sources: Sources, folder: string): void => {
  if (holdsBuild(folder, build)) return;
  const cache = join(cacheRoot(), cacheName(build));
  mkdirSync(folder, { recursive: true });
  buildBeside(
    join(folder, 'tensorflow'),
    (draft) => {
      if (holdsBuild(cache, build)) cpSync(cache, draft, { recursive: true });
      else makeBuild(build, sources, draft);
    },
    (draft) => {
      for (const part of PARTS) {
        rmSync(join(folder, part), { recursive: true, force: true });
        renameSync(join(draft, part), join(folder, part));
      }
    },
  );
};

/**
 * Loads the addon with this Node, in a process of its own.
 * @returns TensorFlow's version
 * @throws SetupError with what the loader said
 */
export const loadedVersion = (folder: string): string => {
  const program = 'process.stdout.write(require(process.argv[1]).TF_Version)';
  try {
    return execFileSync(process.execPath, ['-e', program, join(folder, ADDON)], {
      // Only loading is tried here: a GPU that is busy or broken is the doctor's business.
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', CUDA_VISIBLE_DEVICES: '-1' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (cause) {
    const { stderr, signal } = cause as { stderr?: string; signal?: string | null };
    const said =
      /^Error: (.*)$/m.exec(stderr ?? '')?.[1] ?? (signal ? `the process ended with ${signal}` : 'it failed');
    throw new SetupError(`The addon was built but does not load with Node ${process.version}: ${said}.`, { cause });
  }
};
