import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Scripts by the constant that they are put in as. */
const SCRIPTS = { AUDIT_SCRIPT: 'browser/audit.ts', WATCH_SCRIPT: 'browser/watch.ts' } as const;

/**
 * Bundles what runs in pages: the report's audit, and the local page of a run.
 * @returns what `core` and `cli` take the scripts from, as text: constants for a build, and for the tests, to put in
 * @throws Error on a script that would end the element that it stands in
 */
export const browserScripts = async (): Promise<Record<keyof typeof SCRIPTS, string>> => ({
  AUDIT_SCRIPT: await bundled(SCRIPTS.AUDIT_SCRIPT),
  WATCH_SCRIPT: await bundled(SCRIPTS.WATCH_SCRIPT),
});

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    charset: 'ascii',
    logLevel: 'warning',
  });
  const script = outputFiles[0]!.text.trim();
  if (/<\/script|<!--/i.test(script)) throw new Error(`${entry} holds text that would end its element.`);
  return JSON.stringify(script);
}
