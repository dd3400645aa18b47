import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { runKey } from '../core/contracts/keys.ts';
import { writeDemo } from '../demo/faces.ts';
import { projectFolder } from '../local/cloudformation/assembly.ts';
import { emulatedEnvironment } from './endpoint.ts';
import { LocalStackError } from './errors.ts';

export interface LocalStackDemoOptions {
  readonly endpoint: string;
  /** Gets the faces and what is pulled. */
  readonly folder: string;
  readonly say: (message: string) => void;
}

const RUN = 'demo';

/**
 * Runs the workflow on the demo's faces as a user would on AWS, with the command line alone: starts it, watches it, pulls
 * its results and verifies them.
 * @throws LocalStackError that names the command that failed
 */
export const runLocalStackDemo = async ({ endpoint, folder, say }: LocalStackDemoOptions): Promise<void> => {
  const root = projectFolder();
  const omnidistill = async (...args: string[]): Promise<void> => {
    say(`\n$ npx omnidistill ${args.join(' ')}`);
    const command = spawn(process.execPath, [join(root, 'bin', 'omnidistill.mjs'), ...args], {
      env: emulatedEnvironment(endpoint),
      stdio: 'inherit',
    });
    const [code] = (await once(command, 'exit')) as [number | null];
    if (code !== 0) throw new LocalStackError(`npx omnidistill ${args[0]} ended with exit code ${code}.`);
  };
  const faces = await writeDemo(join(folder, 'faces'));
  const places = ['--labelled', faces.labelled, '--pool', faces.pool, '--benchmark', `demo=${faces.benchmark}`];
  await omnidistill('start', ...places, '--config', join(root, 'demo', 'config.json'), '--run-id', RUN);
  await omnidistill('watch', RUN);
  const out = join(folder, 'result');
  await omnidistill('pull', RUN, '--out', out);
  await omnidistill('verify', join(out, runKey(RUN), 'release'), '--benchmark', `demo=${faces.benchmark}`);
};
