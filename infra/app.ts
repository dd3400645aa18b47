import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { readSettings } from './settings.ts';
import { OmnidistillStack } from './stack.ts';

const CdkJson = z.looseObject({ context: z.record(z.string(), z.unknown()) });

const projectRoot = projectRootAbove(dirname(fileURLToPath(import.meta.url)));
const { context } = CdkJson.parse(JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8')));

// The CDK command line passes the same context, which then wins, and an output folder. Run without it, as the local
// runner does, the app is as complete: asset metadata is what tells the runner where each function's code lies.
const app = new App({
  context: { 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true, ...context },
  outdir: process.env.CDK_OUTDIR ?? join(projectRoot, 'cdk.out'),
});
new OmnidistillStack(app, 'Omnidistill', {
  settings: readSettings(app.node.tryGetContext('omnidistill')),
  projectRoot,
});
app.synth();

/** The nearest folder above that holds cdk.json: this file runs from `infra/` and, bundled, from `dist/infra/`. */
function projectRootAbove(folder: string): string {
  if (existsSync(join(folder, 'cdk.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('No folder above this program holds cdk.json.');
  return projectRootAbove(parent);
}
