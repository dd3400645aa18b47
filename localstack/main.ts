import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { runLocalStackDemo } from './demo.ts';
import { deploy } from './deploy.ts';
import { startEmulator } from './emulator.ts';
import { exportLines } from './endpoint.ts';
import { LocalStackError } from './errors.ts';
import { install } from './python.ts';

const USAGE = `AWS on this machine: npm run localstack -- [start|demo|deploy|install] [--port N] [--deploy] [--backend NAME] [--jobs N]
  start      LocalStack with Batch and Lambda (the default), until Ctrl-C
  demo       start, deploy, run the workflow on the demo's faces, pull its results, verify them, stop
  deploy     the stack, into the one that listens on the port
  install    what start needs, and no more
  --port     where it listens (4566)
  --deploy   start, then deploy
  --backend  what jobs compute on: wasm or tensorflow; left out, the best that is installed
  --jobs     jobs at once; left out, one a processor core`;

const Options = z.strictObject({
  command: z.enum(['start', 'demo', 'deploy', 'install']).default('start'),
  port: z.coerce.number().int().min(1).max(65_535).default(4566),
  deploy: z.boolean().default(false),
  backend: z.enum(['wasm', 'tensorflow']).optional(),
  jobs: z.coerce.number().int().min(1).optional(),
});

try {
  const options = readOptions();
  if (options.command === 'install') say(`LocalStack is installed: ${install(say)}`);
  if (options.command === 'deploy') {
    const stateFolder = mkdtempSync(join(tmpdir(), 'omnidistill-deploy-'));
    await deployTo(options.port, stateFolder);
  }
  if (options.command === 'start' || options.command === 'demo') await start(options);
} catch (error) {
  console.error(`localstack: ${error instanceof LocalStackError ? error.message : String((error as Error).stack)}`);
  process.exit(1);
}

function readOptions(): z.infer<typeof Options> {
  try {
    const { values, positionals } = parseArgs({
      options: {
        port: { type: 'string' },
        deploy: { type: 'boolean' },
        backend: { type: 'string' },
        jobs: { type: 'string' },
      },
      allowPositionals: true,
    });
    return Options.parse({ ...values, command: positionals[0] });
  } catch (error) {
    const faults = error instanceof z.ZodError ? error.issues.map(({ path, message }) => `${path}: ${message}`) : [];
    throw new LocalStackError(`${faults.join('; ') || (error as Error).message}\n${USAGE}`, { cause: error });
  }
}

async function start({ command, port, backend, jobs, deploy: alsoDeploy }: z.infer<typeof Options>): Promise<void> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'omnidistill-localstack-'));
  const emulator = await startEmulator({ port, stateFolder, say, backend, maxJobs: jobs });
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    say('Stopping ...');
    await emulator.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  void emulator.ended.then(() => {
    if (stopping) return;
    console.error(`localstack: ended by itself; ${stateFolder}/localstack.log says why.`);
    process.exit(1);
  });
  if (alsoDeploy || command === 'demo') await deployTo(port, stateFolder);
  if (command === 'demo') {
    try {
      await runLocalStackDemo({ endpoint: emulator.endpoint, folder: stateFolder, say });
    } finally {
      stopping = true;
      await emulator.stop();
    }
    say(`\nThe faces, what was pulled and all logs: ${stateFolder}`);
    return;
  }
  say(`LocalStack is ready at ${emulator.endpoint}.`);
  say(`Logs of LocalStack and of the jobs: ${stateFolder}. Ctrl-C stops it; nothing is kept. In another shell:\n`);
  for (const line of exportLines(emulator.endpoint)) say(line);
}

async function deployTo(port: number, stateFolder: string): Promise<void> {
  const outputs = await deploy({ endpoint: `http://127.0.0.1:${port}`, stateFolder, say });
  for (const [name, value] of Object.entries(outputs)) say(`  ${name} = ${value}`);
}

function say(message: string): void {
  console.log(message);
}
