import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Bundles programs of the worker for the tests of one file.
 * @param programs - outputs by name, each with its source in containers/worker
 * @returns makes the URL of an output
 */
export const bundles = (programs: Readonly<Record<string, string>>): ((name: string) => URL) => {
  // Below node_modules, or the bundles would not find their packages.
  const folder = resolve(ROOT, `node_modules/.cache/omnidistill-${Object.keys(programs).join('-')}-${process.pid}`);
  beforeAll(async () => {
    const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external' } as const;
    await Promise.all(
      Object.entries(programs).map(([name, source]) =>
        build({
          ...options,
          entryPoints: [resolve(ROOT, 'containers/worker', source)],
          outfile: `${folder}/${name}.mjs`,
        }),
      ),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name) => pathToFileURL(`${folder}/${name}.mjs`);
};
