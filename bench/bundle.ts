import { join } from 'node:path';
import { build } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');

/** What `bundle` makes, and what `npm run build` has made. */
export const BUNDLES = {
  side: join(ROOT, 'dist/bench/side-process.mjs'),
  firstOp: join(ROOT, 'dist/bench/first-op.mjs'),
  worker: join(ROOT, 'dist/worker/worker.mjs'),
} as const;

/** Bundles the measured processes as the worker is bundled: a loader of TypeScript would be measured, too. */
export const bundle = async (): Promise<void> => {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['bench/side-process.ts', 'bench/first-op.ts'],
    outdir: 'dist/bench',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  });
};
