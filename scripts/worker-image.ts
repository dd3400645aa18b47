import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { DOCKERFILE, IMAGE_CONTEXT } from '../infra/image-context.ts';

const USAGE = `Builds the worker image: npm run image -- [--variant gpu|cpu] [--base IMAGE] [--name NAME] [-- OPTION...]
  --variant  gpu (the default): TensorFlow with CUDA; cpu: a quarter of the size, for machines without a GPU
  --base     a Debian with Node 22 and npm instead of the Dockerfile's own
  --name     how the image is called (omnidistill-worker); it gets the variant as its tag, and latest
  OPTION     anything more for docker build, e.g. --network host`;

const Options = z.strictObject({
  variant: z.enum(['gpu', 'cpu']).default('gpu'),
  base: z.string().min(1).optional(),
  name: z.string().min(1).default('omnidistill-worker'),
});

const fail = (message: string, exitCode: number): never => {
  console.error(`image: ${message}`);
  process.exit(exitCode);
};

const readOptions = () => {
  try {
    const { values, positionals } = parseArgs({
      options: { variant: { type: 'string' }, base: { type: 'string' }, name: { type: 'string' } },
      allowPositionals: true,
    });
    return { ...Options.parse(values), more: positionals };
  } catch (error) {
    const faults = error instanceof z.ZodError ? error.issues.map(({ path, message }) => `--${path}: ${message}`) : [];
    return fail(`${faults.join('; ') || (error as Error).message}\n${USAGE}`, 64);
  }
};

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { variant, base, name, more } = readOptions();
const missing = IMAGE_CONTEXT.filter((path) => !existsSync(join(root, path)));
if (missing.length > 0) fail(`${missing.join(', ')} not found. Run \`npm run build\` first.`, 64);

const args = [
  ...['build', '--file', DOCKERFILE, '--tag', `${name}:${variant}`, '--tag', `${name}:latest`],
  ...['--build-arg', `VARIANT=${variant}`, ...(base === undefined ? [] : ['--build-arg', `BASE=${base}`])],
  // There is no TensorFlow wheel with CUDA for another processor.
  ...(process.arch === 'x64' ? [] : ['--platform', 'linux/amd64']),
  ...more,
];
// The context comes as an archive: builders before BuildKit know no ignore file beside the Dockerfile.
const archive = spawn('tar', ['--create', '--file', '-', ...IMAGE_CONTEXT], {
  cwd: root,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const build = spawn('docker', [...args, '-'], { cwd: root, stdio: [archive.stdout, 'inherit', 'inherit'] });
build.on('error', (error) => fail(`docker cannot be started: ${error.message}. Install Docker.`, 1));
const [code] = (await once(build, 'close')) as [number | null];
if (code !== 0) fail(`docker build ended with exit code ${code}.`, 1);
console.log(`Built ${name}:${variant}.`);
