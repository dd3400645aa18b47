import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAssembly, projectFolder } from '../../local/cloudformation/assembly.ts';

/** What `npm run build` reads. */
const SOURCES = [
  'browser',
  'cli',
  'containers',
  'core',
  'demo',
  'functions',
  'infra',
  'local',
  'scripts',
  'package.json',
];
/** One of what it writes; they are written together. */
const BUILT = 'dist/worker/worker.mjs';

/**
 * Before any whole run: builds the bundles where a source is newer, and synthesises them, once for all test files. What runs is what
 * stands in the sources.
 */
export default async (): Promise<void> => {
  await build();
  await ensureAssembly(projectFolder());
};

async function build(): Promise<void> {
  const built = await stat(join(projectFolder(), BUILT)).catch(() => undefined);
  const newest = Math.max(...(await Promise.all(SOURCES.map((name) => newestIn(join(projectFolder(), name))))));
  if (built !== undefined && built.mtimeMs > newest) return;
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], { cwd: projectFolder() });
}

async function newestIn(path: string): Promise<number> {
  const own = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  // A folder's own time tells of files that are gone.
  const times = await Promise.all((await readdir(path)).map((name) => newestIn(join(path, name))));
  return Math.max(own.mtimeMs, ...times);
}
