import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minedFile } from '../../core/artifacts/mined.ts';
import { runKey } from '../../core/contracts/keys.ts';
import { fileStore } from '../../core/store/file.ts';
import { LEAST, poolFiles, writeTinyData } from '../support/tiny-data.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'omnidistill-extending-'));
const copy = join(folder, 'project');
const execute = promisify(execFile);

/** A change to one file, as docs/extending.md writes it. */
interface Change {
  readonly file: string;
  readonly after?: string | undefined;
  readonly replace?: string | undefined;
  readonly text: string;
}

/** The changes of every recipe by its title. */
const recipesIn = (markdown: string): Map<string, Change[]> => {
  const sections = markdown.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const blocks = section.matchAll(/^( *)```ts file=(\S+)(?: (after|replace)="(.*)")?\n([\s\S]*?)^ *```$/gm);
      const changes = [...blocks].map(([, indent = '', file = '', how, where, body = '']) => ({
        file,
        ...(how === undefined ? {} : { [how]: where }),
        text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      }));
      return [section.slice(0, section.indexOf('\n')), changes] as const;
    }),
  );
};

const apply = ({ file, after, replace, text }: Change): void => {
  const path = join(copy, file);
  if (after === undefined && replace === undefined) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return;
  }
  const source = readFileSync(path, 'utf8');
  const anchor = (after ?? replace)!;
  expect(source.split(anchor), `${file} must hold ${anchor} once`).toHaveLength(2);
  writeFileSync(
    path,
    source.replace(anchor, () => (after === undefined ? text.trimEnd() : `${anchor}\n${text}`)),
  );
};

const recipes = recipesIn(readFileSync(join(root, 'docs/extending.md'), 'utf8'));
const out = join(folder, 'out');

const inCopy = async (program: string, args: readonly string[]): Promise<string> => {
  try {
    const { stdout } = await execute(program, args, { cwd: copy, maxBuffer: 1 << 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
};

beforeAll(async () => {
  const parts = ['bin', 'browser', 'cli', 'containers', 'core', 'demo', 'functions', 'infra', 'local', 'scripts'];
  for (const part of [...parts, 'package.json', 'package-lock.json', 'tsconfig.json', 'cdk.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const change of [...recipes.values()].flat()) apply(change);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the recipes of docs/extending.md', () => {
  // A new thing must stay cheap: these are the most files that each may touch.
  it.each([
    ['A distillation method', 2],
    ['A mining score', 2],
    ['A rule of selection', 2],
    ['A net', 2],
    ['A format of labelled sets', 2],
    ['A format of pools', 2],
    ['An encoding of images', 1],
    ['A runtime of backbones', 2],
    ['An arm', 2],
    ['A reason to leave an image out', 1],
    ['A stage', 4],
    ['A setting of the stack', 2],
  ])('%s touches %i files', (title, files) => {
    expect(new Set(recipes.get(title)?.map(({ file }) => file)).size).toBe(files);
  });

  it('type-check together', async () => {
    await inCopy(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']);
  }, 120_000);

  it('run: net, score, formats, method, backbone, arm and stage, through the synthesised workflow', async () => {
    await inCopy(process.execPath, ['--import', 'tsx', 'scripts/build.ts']);
    const data = join(folder, 'data');
    await writeTinyData(data);
    // The same images in the layouts of the new formats.
    for (const set of ['labelled', 'benchmark']) {
      for (const name of await readdir(join(data, set))) {
        for (const file of await readdir(join(data, set, name))) {
          cpSync(join(data, set, name, file), join(data, `${set}-flat`, `${name}_${file}`));
        }
      }
    }
    // Hidden, or the images would be found as images, too.
    const images = (await Promise.all([0, 1, 2].map((shard) => poolFiles(shard, 20)))).flat();
    mkdirSync(join(data, 'lists', '.images'), { recursive: true });
    for (const [name, bytes] of images) writeFileSync(join(data, 'lists', '.images', name), bytes);
    writeFileSync(join(data, 'lists', 'all.lst'), images.map(([name]) => `.images/${name}\n`).join(''));
    const config = {
      ...LEAST,
      net: { name: 'plain', width: 4 },
      mining: { topFraction: 0.5, batch: 16, score: 'margin', selection: 'sparing', maxFailedShards: 0 },
      distill: { ...LEAST.distill, methods: ['random', 'brightest'] },
      backbone: { uri: 'squares.grid', size: 16, channels: 1 },
    };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'squares.grid'), '4');
    await inCopy(process.execPath, [
      'bin/omnidistill.mjs',
      'run',
      ...['--labelled', join(data, 'labelled-flat'), '--pool', join(data, 'lists')],
      ...['--benchmark', `test=${join(data, 'benchmark-flat')}`, '--preset', 'quick', '--even-if-harmful'],
      ...['--config', join(folder, 'config.json'), '--out', out, '--backend', 'wasm'],
    ]);
    const read = async (path: string) => JSON.parse(await readFile(join(out, runKey('main', path)), 'utf8'));
    const summary = await read('summary.json');
    expect(Object.keys(summary.accuracy.test)).toEqual(expect.arrayContaining(['boost/again', 'only/brightest-ipc1']));
    expect(summary.mined.score).toEqual({ name: 'margin', range: [0, 1] });
    expect(summary.mined.selection.name).toBe('sparing');
    expect(summary.backbone).toMatchObject({ runtime: 'grid 1', width: 16 });
    expect(summary.stages.inspect).toMatchObject({ jobs: 1 });
    expect((await read('round-0/student/seed-0/model.json')).net).toBe('plain');
    expect(await read('inspection/inspection.json')).toMatchObject({ mined: summary.mined.mined });
    const columns = (await minedFile('main', 0).bytes(fileStore(out))).toString('latin1');
    expect(columns).toContain('margin');
  }, 240_000);

  it('reach the deployed stack: a job definition for the stage, its state, and the setting', async () => {
    const template = await readFile(join(copy, 'dist/cdk.out/Omnidistill.template.json'), 'utf8');
    expect(template).toContain('"Omnidistill-inspect"');
    expect(template).toContain('InspectOnDemand');
    expect(template).toContain('"SchedulingPriority"');
  });
});
