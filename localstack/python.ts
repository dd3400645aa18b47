import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalStackError } from './errors.ts';

/** LocalStack 4.14 runs on no other: 3.11 and 3.12 fail when they start it. */
const VERSION = '3.13';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

/** What to do where there is none. */
export const NO_PYTHON = `Python ${VERSION} with venv and pip was not found (looked for python${VERSION} and python3 on PATH, pyenv, uv).
Install it, e.g. \`pyenv install ${VERSION}\` or \`uv python install ${VERSION}\`, or name one in OMNIDISTILL_PYTHON.`;

/** Path or name of a Python that runs LocalStack; `undefined` where there is none. */
export const findPython = (): string | undefined => {
  const named = process.env.OMNIDISTILL_PYTHON;
  if (named !== undefined) return isUsable(named) ? named : undefined;
  return [`python${VERSION}`, 'python3', ...ofPyenv(), ...ofUv()].find(isUsable);
};

/** The Python of an installed LocalStack; `undefined` before `install`. */
export const installedPython = (): string | undefined => {
  const python = join(cacheFolder(), 'bin', 'python');
  return existsSync(python) ? python : undefined;
};

/**
 * LocalStack in a virtual environment in the cache, made once for each set of pinned requirements (0.5 GB).
 * @returns its Python
 * @throws LocalStackError where Python is missing or pip fails
 */
export const install = (say: (message: string) => void): string => {
  const installed = installedPython();
  if (installed !== undefined) return installed;
  const python = findPython();
  if (python === undefined) throw new LocalStackError(NO_PYTHON);
  const place = cacheFolder();
  say(`Installing LocalStack into ${place} (0.5 GB, once) ...`);
  mkdirSync(dirname(place), { recursive: true });
  // Made beside its place and moved there: what is called by its Python alone may be moved, and is whole or not there.
  const draft = mkdtempSync(`${place}-draft-`);
  try {
    run(python, ['-m', 'venv', draft]);
    // Every dependency is pinned in the file, so nothing has to be resolved.
    const flags = ['--quiet', '--no-deps', '--disable-pip-version-check', '--no-input'];
    run(join(draft, 'bin', 'python'), ['-m', 'pip', 'install', ...flags, '--requirement', REQUIREMENTS]);
    if (!existsSync(place)) renameSync(draft, place);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(place, 'bin', 'python');
};

/** A program of the same name may be a shim for a version that is not installed: only running it tells. */
function isUsable(python: string): boolean {
  const program = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  const { status, stdout } = spawnSync(python, ['-c', program], { encoding: 'utf8' });
  return status === 0 && stdout.trim() === VERSION;
}

function ofPyenv(): string[] {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  const names = readdirSync(versions).filter((name) => name.startsWith(`${VERSION}.`));
  return names.map((name) => join(versions, name, 'bin', `python${VERSION}`));
}

function ofUv(): string[] {
  const { status, stdout } = spawnSync('uv', ['python', 'find', '--no-python-downloads', VERSION], {
    encoding: 'utf8',
  });
  return status === 0 ? [stdout.trim()] : [];
}

function cacheFolder(): string {
  const hash = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'omnidistill', `localstack-${hash}`);
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return;
  const words = error?.message ?? stderr.trim().slice(-2000);
  throw new LocalStackError(`${program} ${args.join(' ')} failed: ${words}`);
}
