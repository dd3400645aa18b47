import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Measure, measureInChild } from '../../../cli/doctor/child.ts';
import { DoctorReport, type Measurement } from '../../../cli/doctor/contract.ts';
import { examine } from '../../../cli/doctor/examine.ts';
import { parseGpu } from '../../../cli/doctor/machine.ts';
import { doctorLines } from '../../../cli/doctor/print.ts';

const measured = (name: string, reason: string): Measurement => ({
  backend: { name, reason, versions: { node: 'v20.0.0' }, threads: 1 },
  startSeconds: 0.61,
  trainingPerSecond: 1112,
  embeddingPerSecond: 2129,
});

const trouble: typeof import('../../../core/tensor/backend/available.ts').backendTrouble = (name) =>
  name === 'tensorflow-gpu' ? { problem: 'no NVIDIA device is visible', fix: 'nvidia-smi' } : undefined;

describe('Function: examine', () => {
  it('measures what was chosen once, every other backend that may work, and none that cannot', async () => {
    const asked: (string | undefined)[] = [];
    const measure: Measure = async (forced) => {
      asked.push(forced);
      return forced === undefined ? measured('tensorflow', 'the addon is there') : measured(forced, 'it was asked for');
    };
    const report = DoctorReport.parse(await examine({ threads: 1, measure, trouble }));
    expect(asked).toEqual([undefined, 'wasm']);
    expect(report.backends.map(({ name, works }) => [name, works])).toEqual([
      ['tensorflow-gpu', false],
      ['tensorflow', true],
      ['wasm', true],
    ]);
    expect(report.chosen).toEqual({ name: 'tensorflow', reason: 'the addon is there' });
  });

  it('says why no job can start, and still measures what works', async () => {
    const measure: Measure = async (forced) =>
      forced === 'wasm' ? measured('wasm', 'it was asked for') : { problem: 'Backend tensorflow was asked for, but' };
    const report = DoctorReport.parse(await examine({ threads: 1, measure, trouble }));
    expect(report.chosen).toBeNull();
    expect(report.problem).toContain('was asked for');
    expect(report.backends.filter(({ works }) => works).map(({ name }) => name)).toEqual(['wasm']);
  });
});

describe('Function: doctorLines', () => {
  it('shows speeds, what is missing with the command that helps, and the choice with its reason', async () => {
    const measure: Measure = async (forced) => measured(forced ?? 'tensorflow', 'the addon is there');
    const text = doctorLines(await examine({ threads: 1, measure, trouble })).join('\n');
    expect(text).toMatch(/backend +training +embedding +start in s\n +tensorflow-gpu +– +– +–\n/);
    expect(text).toMatch(/\n +tensorflow +1,112\/s +2,129\/s +0\.61\n/);
    expect(text).toContain('Missing\n  tensorflow-gpu: no NVIDIA device is visible\n    nvidia-smi\n');
    expect(text).toMatch(/Jobs compute on tensorflow: the addon is there\.$/);
  });
});

describe('Function: parseGpu', () => {
  it('reads a line of nvidia-smi, and none of its complaints', () => {
    const gpu = { name: 'NVIDIA L4', driver: '550.54.15', memoryMiB: 23034 };
    expect(parseGpu('NVIDIA L4, 550.54.15, 23034')).toEqual(gpu);
    expect(parseGpu('NVIDIA-SMI has failed')).toBeUndefined();
    expect(parseGpu('')).toBeUndefined();
  });
});

describe('Function: measureInChild', () => {
  let folder: string;
  const [, script] = process.argv;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'omnidistill-doctor-'));
    process.argv[1] = join(folder, 'program.mjs');
    vi.spyOn(process, 'execArgv', 'get').mockReturnValue([]);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    process.argv[1] = script!;
    rmSync(folder, { recursive: true });
  });

  const program = (source: string): void => writeFileSync(join(folder, 'program.mjs'), source);

  it('reads what the process has measured', async () => {
    program(`console.log(JSON.stringify(${JSON.stringify(measured('wasm', 'x'))}))`);
    expect(await measureInChild('wasm')).toEqual(measured('wasm', 'x'));
  });

  it('survives a backend that ends its process, and says by which signal', async () => {
    program('process.kill(process.pid, "SIGILL")');
    expect(await measureInChild('tensorflow')).toEqual({ problem: 'its process was ended by SIGILL' });
  });

  it('passes on the error that the process ended with, without the noise before it', async () => {
    program('console.error("2026 W0000 noise\\nConfigError: no GPU"); process.exit(64)');
    expect(await measureInChild('tensorflow-gpu')).toEqual({ problem: 'no GPU' });
  });

  it('does not take chatter for a measurement', async () => {
    program('console.log("hello")');
    expect(await measureInChild('wasm')).toEqual({ problem: expect.stringContaining('printed no measurement') });
  });
});

describe('omnidistill doctor', () => {
  const root = resolve(import.meta.dirname, '../../..');

  it('measures every backend that is here and ends with 0 where one works', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'doctor', '--json'], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
      encoding: 'utf8',
    });
    const report = DoctorReport.parse(JSON.parse(stdout));
    expect(status).toBe(0);
    expect(report.backends.find(({ name }) => name === 'wasm')).toMatchObject({ works: true });
    expect(report.backends.map(({ name }) => name)).toContain(report.chosen!.name);
  }, 240_000);
});
