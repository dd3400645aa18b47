import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectFolder } from '../local/cloudformation/assembly.ts';
import { ACCOUNT, emulatedEnvironment, REGION } from './endpoint.ts';
import { LocalStackError } from './errors.ts';

const execute = promisify(execFile);

const CdkJson = z.looseObject({ context: z.looseObject({ omnidistill: z.looseObject({}).default({}) }) });

const Outputs = z.record(z.string(), z.record(z.string(), z.string()));

/** An image that is never pulled: jobs are processes of the built worker. It saves building and publishing one. */
const IMAGE = 'omnidistill-worker:localstack';

export interface DeployOptions {
  readonly endpoint: string;
  /** Takes the cloud assembly and the outputs. */
  readonly stateFolder: string;
  readonly say: (message: string) => void;
}

/**
 * Bootstraps the emulator and deploys the stack of the built app, as `cdk bootstrap` and `cdk deploy` would.
 * @returns the stack's outputs by name
 * @throws LocalStackError with what cdklocal said
 */
export const deploy = async ({ endpoint, stateFolder, say }: DeployOptions): Promise<Record<string, string>> => {
  const root = projectFolder();
  const assembly = join(stateFolder, 'cdk.out');
  const outputsFile = join(stateFolder, 'outputs.json');
  const environment = emulatedEnvironment(endpoint);
  await rm(assembly, { recursive: true, force: true });
  // Synthesised once for both commands, and without cdk.json's `app`, which would build the bundles again.
  await run([join(root, 'dist', 'infra', 'app.mjs')], {
    ...environment,
    CDK_OUTDIR: assembly,
    CDK_CONTEXT_JSON: await contextOf(root),
  });
  const cdklocal = join(root, 'node_modules', 'aws-cdk-local', 'bin', 'cdklocal');
  const common = ['--app', assembly, '--no-notices', '--ci'];
  say('Bootstrapping ...');
  await run([cdklocal, 'bootstrap', `aws://${ACCOUNT}/${REGION}`, ...common], environment);
  say('Deploying ...');
  const flags = ['--all', '--require-approval', 'never', '--outputs-file', outputsFile];
  await run([cdklocal, 'deploy', ...flags, ...common], environment);
  const outputs = Outputs.parse(JSON.parse(await readFile(outputsFile, 'utf8')));
  return Object.assign({}, ...Object.values(outputs)) as Record<string, string>;
};

async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<void> {
  try {
    await execute(process.execPath, args, { cwd: projectFolder(), env: environment, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new LocalStackError(`node ${args.join(' ')} failed:\n${`${stdout}\n${stderr}`.trim().slice(-4000)}`, {
      cause: error,
    });
  }
}

/** The settings of cdk.json, but for the image; buckets go with the stack. */
async function contextOf(root: string): Promise<string> {
  const { context } = CdkJson.parse(JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')));
  return JSON.stringify({ omnidistill: { ...context.omnidistill, imageUri: IMAGE, retainBucket: false } });
}
