import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PLATFORMS, PYTHON_TAG, type Wheel } from './pins.ts';
import { SetupError } from './setup-error.ts';

const EXTRACT = join(dirname(fileURLToPath(import.meta.url)), '..', 'extract-wheel.py');

/**
 * Fetches wheels with pip, from the index that pip is configured for; a file with other bytes than pinned is refused.
 * @returns their paths
 * @throws SetupError when pip fails; it has said why
 */
const download = (wheels: readonly Wheel[], folder: string): string[] => {
  const requirements = join(folder, 'requirements.txt');
  const lines = wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}`);
  writeFileSync(requirements, `${lines.join('\n')}\n`);
  const options = ['--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  const python = ['--python-version', PYTHON_TAG, '--implementation', 'cp', '--abi', `cp${PYTHON_TAG}`];
  const platforms = ['--abi', 'none', ...PLATFORMS.flatMap((platform) => ['--platform', platform])];
  try {
    execFileSync(
      'python3',
      ['-m', 'pip', 'download', '-q', ...options, ...python, ...platforms, '-d', folder, '-r', requirements],
      { stdio: 'inherit' },
    );
  } catch (cause) {
    throw new SetupError('pip could not fetch the wheels; it says why above.', { cause });
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .map((name) => join(folder, name));
};

/** Fetches wheels and takes out what runs and what compiling needs: `lib`, `include`, `nvidia`, `licenses`. */
export const unpackWheels = (wheels: readonly Wheel[], scratch: string, folder: string): void => {
  try {
    execFileSync('python3', [EXTRACT, folder, ...download(wheels, scratch)], { stdio: 'inherit' });
  } catch (cause) {
    if (cause instanceof SetupError) throw cause;
    throw new SetupError(`${EXTRACT} failed; it says why above.`, { cause });
  }
};
