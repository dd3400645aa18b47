import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/program.ts';

const written = { out: '', err: '' };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omnidistill-main-'));
  Object.assign(written, { out: '', err: '' });
  const into = (name: 'out' | 'err') => (text: string | Uint8Array) => {
    written[name] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...more: string[]): Promise<number> =>
  main([
    'run',
    '--labelled',
    folder,
    '--pool',
    folder,
    '--benchmark',
    `test=${folder}`,
    '--out',
    join(folder, 'out'),
    ...more,
  ]);

describe('Function: main', () => {
  it('shows every command, and every flag of run, in the help', async () => {
    expect(await main(['--help'])).toBe(0);
    expect(written.out).toMatch(/ run .* predict .* verify .* demo /s);
    expect(await main(['run', '--help'])).toBe(0);
    const flags = [
      'labelled',
      'pool',
      'benchmark',
      'out',
      'preset',
      'config',
      'seed',
      'run-id',
      'pool-audit',
      'backend',
      'jobs',
      'engine',
      'image',
    ];
    for (const flag of flags) expect(written.out).toContain(`--${flag} <`);
    written.out = '';
    expect(await main(['predict', '--help'])).toBe(0);
    for (const flag of ['csv', 'json', 'embedding', 'ensemble', 'backend']) expect(written.out).toContain(`--${flag} `);
    expect(written.out).toContain("MODEL is a run's folder");
  });

  it.each([
    ['a missing flag', ['run', '--labelled', '/'], "'--pool <dir>' not specified"],
    ['an input that is missing', ['predict', 'release'], "missing required argument 'inputs'"],
    ['two forms of rows', ['predict', 'a', 'b', '--csv', '--json'], "'--csv' cannot be used with option '--json'"],
    ['embeddings for people', ['predict', 'a', 'b', '--embedding'], 'Give --csv or --json as well'],
    ['an unknown command', ['runn'], "unknown command 'runn'"],
  ])('exits with the code of a wrong configuration for %s', async (_, args, message) => {
    expect(await main(args)).toBe(64);
    expect(written.err).toContain(message);
  });

  it.each([
    ['a negative seed', ['--seed=-1'], "'--seed <n>' argument '-1' is invalid"],
    ['a seed that is text', ['--seed', 'abc'], "'--seed <n>' argument 'abc' is invalid"],
    ['no jobs at all', ['--jobs', '0'], 'must be a whole number from 1'],
    ['an unknown flag', ['--sedes', '2'], "unknown option '--sedes'"],
    ['an unknown preset', ['--preset', 'huge'], 'quick, standard, full'],
    ['an unknown backend', ['--backend', 'abacus'], 'tensorflow, wasm'],
  ])('names flag and value for %s', async (_, args, message) => {
    expect(await run(...args)).toBe(64);
    expect(written.err).toContain(message);
  });

  it('prints name and message of an error, and its stack only when asked', async () => {
    const config = join(folder, 'config.json');
    writeFileSync(config, '{"sedes": 1}');
    expect(await run('--config', config)).toBe(64);
    expect(written.err).toMatch(/^ConfigError: Invalid config file .*config\.json\. .*sedes/);
    expect(written.err).not.toContain('    at ');
    expect(await run('--config', config, '--verbose')).toBe(64);
    expect(written.err).toContain('    at ');
  });

  it('names the engines that it knows, and starts no run in one that is not there', async () => {
    expect(await run('--engine', 'podman')).toBe(64);
    expect(written.err).toContain('Allowed choices are process, docker.');
    vi.stubEnv('PATH', folder);
    expect(await run('--engine', 'docker')).toBe(64);
    expect(written.err).toMatch(/docker/i);
    vi.unstubAllEnvs();
  });

  it('refuses a run id that could leave the output folder', async () => {
    expect(await run('--run-id', '../other')).toBe(64);
    expect(written.err).toContain('run id');
  });
});
