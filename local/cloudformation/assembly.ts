import { execFile } from 'node:child_process';
import { constants, existsSync } from 'node:fs';
import { access, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { TemplateError } from '../errors.ts';

const run = promisify(execFile);

export interface Assembly {
  /** The synthesised template; its assets lie beside it. */
  readonly template: string;
  /** Working folder of the worker image's command. */
  readonly worker: string;
}

/** The project's own folder, from sources and from the bundle in `dist/` alike. */
export const projectFolder = (): string => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  throw new TemplateError(`No package.json above ${fileURLToPath(import.meta.url)}.`);
};

/**
 * The synthesised cloud assembly: made again only when what it is made of is newer. Builds the bundles where there are
 * none.
 * @param spareFolder - where it is synthesised for a user who may not write the project's own `dist/`, e.g. of an
 * installation that root made
 * @throws TemplateError with the tool's output where building or synthesis fails, or where the project is not built and
 * this user may not build it
 */
export const ensureAssembly = async (root: string, spareFolder?: string): Promise<Assembly> => {
  const dist = join(root, 'dist');
  const worker = join(dist, 'worker');
  if (!existsSync(join(dist, 'infra', 'app.mjs'))) await buildBundles(root);
  const made = Math.max(await newest(join(dist, 'infra')), await newest(join(dist, 'functions')));
  const own = join(dist, 'cdk.out');
  if (await isFresh(own, made)) return { template: templateIn(own), worker };
  const folder = spareFolder === undefined || (await isWritable(dist)) ? own : spareFolder;
  if (!(await isFresh(folder, made))) await synthesise(root, folder, made);
  return { template: templateIn(folder), worker };
};

async function buildBundles(root: string): Promise<void> {
  const dist = join(root, 'dist');
  if (!(await isWritable(existsSync(dist) ? dist : root))) {
    throw new TemplateError(
      `${root} is not built, and this user may not write ${dist}. Let its owner run \`npm run build\` in ${root}.`,
    );
  }
  await execute(['--import', 'tsx', join('scripts', 'build.ts')], root, {});
}

async function newest(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(0, ...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))));
}

async function isFresh(folder: string, made: number): Promise<boolean> {
  return existsSync(templateIn(folder)) && (await stat(templateIn(folder))).mtimeMs > made;
}

async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function synthesise(root: string, folder: string, made: number): Promise<void> {
  const draft = `${folder}-${process.pid}`;
  await execute([join(root, 'dist', 'infra', 'app.mjs')], root, { CDK_OUTDIR: draft });
  // Another process has made the same in the meantime, and may be reading it.
  if (await isFresh(folder, made)) return rm(draft, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another process has made the same in the meantime.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(templateIn(folder))) throw error;
  }
}

async function execute(args: string[], root: string, environment: Record<string, string>): Promise<void> {
  try {
    await run(process.execPath, args, { cwd: root, env: { ...process.env, ...environment } });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new TemplateError(`node ${args.join(' ')} failed: ${stderr.trim().slice(-2000)}`, { cause: error });
  }
}

function templateIn(folder: string): string {
  return join(folder, 'Omnidistill.template.json');
}
