import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
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
 * @throws TemplateError with the tool's output where building or synthesis fails
 */
export const ensureAssembly = async (root: string): Promise<Assembly> => {
  const dist = join(root, 'dist');
  const app = join(dist, 'infra', 'app.mjs');
  const assembly = join(dist, 'cdk.out');
  const template = join(assembly, 'Omnidistill.template.json');
  const worker = join(dist, 'worker');
  if (!existsSync(app)) await execute(['--import', 'tsx', join('scripts', 'build.ts')], root, {});
  const sources = await Promise.all([newest(join(dist, 'infra')), newest(join(dist, 'functions'))]);
  const fresh = existsSync(template) && (await stat(template)).mtimeMs > Math.max(...sources);
  if (!fresh) {
    const draft = `${assembly}-${process.pid}`;
    await execute([app], root, { CDK_OUTDIR: draft });
    await rm(assembly, { recursive: true, force: true });
    try {
      await rename(draft, assembly);
    } catch (error) {
      // Another process has made the same in the meantime.
      await rm(draft, { recursive: true, force: true });
      if (!existsSync(template)) throw error;
    }
  }
  return { template, worker };
};

const newest = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(0, ...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))));
};

const execute = async (args: string[], root: string, environment: Record<string, string>): Promise<void> => {
  try {
    await run(process.execPath, args, { cwd: root, env: { ...process.env, ...environment } });
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new TemplateError(`node ${args.join(' ')} failed: ${stderr.trim().slice(-2000)}`, { cause: error });
  }
};
