import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Where `scripts/python-packages.sh` puts what the machine's own Python lacks. */
const INSTALLED = join(import.meta.dirname, '../../.cache/python/bin/python');

/** A Python that has these packages; `undefined` where none is found. */
export const pythonWith = (...packages: readonly string[]): string | undefined =>
  ['python3', INSTALLED].find(
    (python) => spawnSync(python, ['-c', `import ${packages.join(', ')}`], { timeout: 300_000 }).status === 0,
  );
