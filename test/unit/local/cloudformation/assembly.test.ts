import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ensureAssembly } from '../../../../local/cloudformation/assembly.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const APP = `
import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync(process.env.CDK_OUTDIR);
writeFileSync(process.env.CDK_OUTDIR + '/Omnidistill.template.json', '{}');`;

const project = (built: boolean): string => {
  const root = temporaryFolder();
  for (const folder of ['infra', 'functions']) mkdirSync(join(root, 'dist', folder), { recursive: true });
  if (built) writeFileSync(join(root, 'dist', 'infra', 'app.mjs'), APP);
  return root;
};

/** What somebody gets who may read the project and not write it: for root that must be another user. */
const asReader = async (root: string, spareFolder: string): Promise<string> => {
  const module = pathToFileURL(join(import.meta.dirname, '../../../../local/cloudformation/assembly.ts')).href;
  const code = `
    import { ensureAssembly } from '${module}';
    await ensureAssembly(...process.argv.slice(1)).then(({ template }) => console.log(template), (error) => console.log(String(error)));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code, root, spareFolder];
  for (const folder of ['dist/infra', 'dist/functions', 'dist', '.']) chmodSync(join(root, folder), 0o555);
  const other = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  try {
    return (await promisify(execFile)(process.execPath, args, other)).stdout.trim();
  } finally {
    for (const folder of ['.', 'dist', 'dist/infra', 'dist/functions']) chmodSync(join(root, folder), 0o755);
  }
};

describe('Function: ensureAssembly', () => {
  it('synthesises beside the bundles, once', async () => {
    const root = project(true);
    const { template } = await ensureAssembly(root, join(root, 'spare'));
    expect(template).toBe(join(root, 'dist', 'cdk.out', 'Omnidistill.template.json'));
    writeFileSync(join(root, 'dist', 'infra', 'app.mjs.map'), '');
    writeFileSync(template, 'kept');
    await ensureAssembly(root, join(root, 'spare'));
    expect(existsSync(join(root, 'spare'))).toBe(false);
  });

  it('lets another user run what root has installed: the synthesis goes into the spare folder', async () => {
    const [root, out] = [project(true), temporaryFolder()];
    if (process.getuid?.() === 0) chownSync(out, 65_534, 65_534);
    expect(await asReader(root, join(out, 'cdk.out'))).toBe(join(out, 'cdk.out', 'Omnidistill.template.json'));
    expect(existsSync(join(root, 'dist', 'cdk.out'))).toBe(false);
  });

  it('tells another user who has to build where nothing is built', async () => {
    const root = project(false);
    expect(await asReader(root, join(root, 'spare'))).toBe(
      `TemplateError: ${root} is not built, and this user may not write ${join(root, 'dist')}. ` +
        `Let its owner run \`npm run build\` in ${root}.`,
    );
  });
});
