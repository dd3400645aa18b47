import { describe, expect, it } from 'vitest';
import { type ContainerSetup, createArguments, inputPaths } from '../../../../local/batch/container-arguments.ts';
import type { Attempt } from '../../../../local/batch/engine.ts';
import { attemptOf } from '../fixture.ts';

const argumentsOf = (setup: Partial<ContainerSetup>, attempt: Partial<Attempt> = {}): string =>
  createArguments(
    { image: 'worker:1', outFolder: '/out', inputs: [], user: '1000:1000', gpus: false, ...setup },
    'name',
    attemptOf({ wantsGpu: true, ...attempt }),
  ).join(' ');

describe('Function: createArguments', () => {
  it('gives a job no more rights than it has on AWS', () => {
    const text = argumentsOf({});
    for (const flag of ['--init', '--read-only', '--user 1000:1000', '--cap-drop ALL', 'no-new-privileges']) {
      expect(text).toContain(flag);
    }
    expect(text).toMatch(/worker:1 node worker\.mjs mine$/);
  });

  it('bounds memory as the job definition does, swap included', () => {
    expect(argumentsOf({}, { memoryMiB: 14_500 })).toContain('--memory 14500m --memory-swap 14500m');
    expect(argumentsOf({})).not.toContain('--memory');
  });

  it('lets a job write to the output folder alone, whatever the folders are called', () => {
    const text = argumentsOf({ outFolder: '/my "out", 1', inputs: ['/faces/pool'] });
    expect(text).toContain('type=bind,"source=/my ""out"", 1","target=/my ""out"", 1"');
    expect(text).not.toContain('target=/my ""out"", 1",readonly');
    expect(text).toContain('type=bind,source=/faces/pool,target=/faces/pool,readonly');
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('asks for GPUs only where there are some (%s) and the job wants them (%s)', (gpus, wantsGpu, asked) => {
    expect(argumentsOf({ gpus }, { wantsGpu }).includes('--gpus all')).toBe(asked);
  });
});

describe('Function: inputPaths', () => {
  it('finds every local place of a run, so that no job misses its input', () => {
    const input = {
      labelled: 'file:///faces/fer.csv#Training',
      pool: 'file:///faces/a%20pool',
      benchmarks: { test: 'file:///faces/fer.csv#PublicTest', cloud: 's3://bucket/test' },
      audit: 'file:///faces/truth.csv',
      config: { backbone: { uri: 'file:///my%20models/a/model.json', size: 64 } },
    };
    expect(inputPaths(input)).toEqual(['/faces/fer.csv', '/faces/a pool', '/faces/truth.csv', '/my models/a']);
  });

  it('mounts the folder of a pattern and of a list, which are no place of their own', () => {
    const of = (pool: string) => inputPaths({ labelled: 's3://bucket/a', pool, benchmarks: { test: 's3://bucket/b' } });
    expect(of('file:///faces/shards/%7B000..031%7D.tar')).toEqual(['/faces/shards']);
    expect(of('file:///faces/lists/all.txt')).toEqual(['/faces/lists']);
    expect(of('file:///faces/fer.csv#PublicTest')).toEqual(['/faces/fer.csv']);
  });

  it('leaves an input that is none to the stage that explains it', () => {
    expect(inputPaths({ labelled: 3 })).toEqual([]);
  });
});
