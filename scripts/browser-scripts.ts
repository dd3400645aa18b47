import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Bundles what runs in the report's page.
 * @returns what `core` takes the scripts from, as text: constants for a build, and for the tests, to put in
 * @throws Error on a script that would end the element that it stands in
 */
export const browserScripts = async (): Promise<{ AUDIT_SCRIPT: string }> => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['browser/audit.ts'],
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
  if (/<\/script|<!--/i.test(script)) throw new Error('browser/audit.ts holds text that would end its element.');
  return { AUDIT_SCRIPT: JSON.stringify(script) };
};
