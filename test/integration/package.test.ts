import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ConfigOverrides } from '../../core/contracts/config.ts';
import { linesIn, wordsOf } from '../support/commands.ts';
import { writeDrawnFer } from '../support/drawn-fer.ts';
import { LEAST } from '../support/tiny-data.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'omnidistill-package-'));
const project = join(folder, 'project');
/** Of somebody who has installed the package and nothing else. */
const home = join(folder, 'home');
const installed = join(home, 'node_modules', 'omnidistill');

const Manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
});
const manifest = Manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/** It is the package that is tried here. */
const CONFIG: ConfigOverrides = { ...LEAST, image: { size: 16, mirror: true }, mining: { batch: 64 } };

const document = (name: string): string => readFileSync(join(installed, 'docs', name), 'utf8');

/** Runs a program as that person. @returns standard output */
const inHome = async (program: string, ...args: string[]): Promise<string> => {
  const options = { cwd: home, maxBuffer: 1 << 26, env: { ...process.env, OMNIDISTILL_BACKEND: 'wasm' } };
  try {
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
};

/** What `npm install` of the tarball puts there, without asking a registry: the packages that it names, and no others. */
const install = async (tarball: string): Promise<void> => {
  mkdirSync(installed, { recursive: true });
  await promisify(execFile)('tar', ['--extract', '--strip-components', '1', '--file', tarball], { cwd: installed });
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    mkdirSync(dirname(join(home, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(home, 'node_modules', name));
  }
  mkdirSync(join(home, 'node_modules', '.bin'));
  symlinkSync('../omnidistill/bin/omnidistill.mjs', join(home, 'node_modules', '.bin', 'omnidistill'));
  writeFileSync(join(home, 'package.json'), '{}');
};

beforeAll(async () => {
  // A copy: `prepack` builds, and another test may read the bundles of this folder meanwhile.
  const rooms = [
    'bin',
    'browser',
    'cli',
    'containers',
    'core',
    'demo',
    'docs',
    'functions',
    'infra',
    'local',
    'scripts',
  ];
  const files = ['.npmrc', 'CHANGELOG.md', 'LICENSE', 'README.md', 'cdk.json', 'package-lock.json', 'package.json'];
  for (const name of [...rooms, ...files]) cpSync(join(root, name), join(project, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  const options = { cwd: project, maxBuffer: 1 << 26 };
  const args = ['pack', '--ignore-scripts=false', '--json', '--pack-destination', folder];
  const { stdout } = await promisify(execFile)('npm', args, options);
  const [packed] = z.array(z.object({ filename: z.string() })).parse(JSON.parse(stdout.slice(stdout.indexOf('[\n'))));
  await install(join(folder, packed!.filename));
}, 900_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package that npm publishes', () => {
  it('holds what is used, and neither tests nor benchmarks nor pictures', () => {
    const top = readdirSync(installed).sort();
    expect(top).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'bin', 'cdk.json', 'demo', 'dist', 'docs', 'package.json']),
    );
    for (const name of ['test', 'bench', 'core', 'node_modules']) expect(top).not.toContain(name);
    const all = readdirSync(installed, { recursive: true }).map(String);
    expect(all.filter((name) => /\.(map|png|svg|jpg)$/.test(name))).toEqual([]);
  });

  it('leads from fer2013.csv to a prediction by the commands of the tutorial, in a folder that holds nothing else', async () => {
    expect((await inHome('npx', 'omnidistill', '--version')).trim()).toBe(manifest.version);
    await writeDrawnFer(home);
    writeFileSync(join(home, 'tiny.json'), JSON.stringify(CONFIG));
    const [run = '', predict = '', verify = ''] = linesIn(document('tutorial.md')).concat(
      'npx omnidistill verify result/runs/main/release',
    );
    const smaller = ['--preset', 'quick', '--config', 'tiny.json'];
    expect(await inHome('npx', ...wordsOf(run).slice(1), ...smaller)).toContain('use the net');
    expect(await inHome('npx', ...wordsOf(predict).slice(1))).toMatch(/^me\.jpg +(\w+ \d+\.\d %(, )?)+\n$/);
    expect(await inHome('npx', ...wordsOf(verify).slice(1))).toContain('The release is what it says');
  }, 900_000);

  it('names commands that are there, where something is missing on this machine', async () => {
    const report = await inHome('npx', 'omnidistill', 'doctor');
    expect(report).toMatch(/^ +wasm +[\d.,]+\/s/m);
    if (report.includes('setup:tensorflow'))
      expect(report).toContain('npm explore omnidistill -- npm run setup:tensorflow');
    const help = await inHome('npm', 'explore', 'omnidistill', '--', 'npm', 'run', 'setup:tensorflow', '--', '--help');
    expect(help).toContain('Builds the TensorFlow backend');
  }, 900_000);

  it('is deployed from a cdk.json of one line, with a worker image that has all that its Dockerfile copies', async () => {
    const settings = {
      app: 'node node_modules/omnidistill/dist/infra/app.mjs',
      context: { omnidistill: { vcpus: 8 } },
    };
    writeFileSync(join(home, 'cdk.json'), JSON.stringify(settings));
    await inHome(process.execPath, join(root, 'node_modules/aws-cdk/bin/cdk'), 'synth', '--quiet');
    const template = readFileSync(join(home, 'cdk.out', 'Omnidistill.template.json'), 'utf8');
    expect(JSON.parse(template)).toHaveProperty('Resources');
    expect(template).toMatch(/"Type": "VCPU",\s+"Value": "8"/);
    const files = readdirSync(join(home, 'cdk.out'), { recursive: true }).map(String);
    for (const name of ['dist/image/package-lock.json', 'dist/worker/worker.mjs', 'scripts/tensorflow/pins.ts']) {
      expect(files.filter((file) => file.endsWith(name))).toHaveLength(1);
    }
  }, 900_000);
});
