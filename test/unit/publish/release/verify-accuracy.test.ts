import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyRelease } from '../../../../core/publish/release/verify.ts';
import { measuring, releasedRun, storeAt } from '../../../support/released-run.ts';

const run = releasedRun();

describe('verifyRelease of accuracies', () => {
  it('asks the released student again: a net that was exchanged together with its checksum is found', async () => {
    expect((await run.verify()).lines.join('\n')).toContain(
      'ok    student on test: 50.00\u202f% measured, 50.00\u202f% printed of its seed.',
    );
    const { ok, lines } = await run.verify({ scoreStudent: async () => 0.45 });
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('FAIL  student on test: 45.00');
  });

  it('refuses a number that is off by one image of one seed on the same backend', async () => {
    const { ok, lines } = await run.verify({}, [0.5, 0.7001]);
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('FAIL  packed-ipc1 alone on test');
  });

  it.each([
    [true, [0.52, 0.71]],
    [false, [0.53, 0.72]],
  ])('on another backend takes two points as the limit: ok is %s for %j', async (expected, accuracies) => {
    const startBackend = async () => ({ name: 'tensorflow', versions: {}, threads: 1 });
    expect((await run.verify({ startBackend }, accuracies)).ok).toBe(expected);
  });

  it.each([
    ['Tesla T4', 'same GPU (Tesla T4), which repeats no bits, the mean within 1 points', 0.71, true],
    ['Tesla T4', 'same GPU', 0.74, false],
    ['NVIDIA A10G', 'other backend (tensorflow-gpu on NVIDIA A10G here, tensorflow-gpu on Tesla T4 then)', 0.73, true],
  ])('asks a GPU for no equal bits: %s, %s', async (device, words, second, expected) => {
    const gpu = { name: 'tensorflow-gpu', versions: { 'tfjs-core': '4.22.0' }, threads: 1 };
    const printed = JSON.parse(await readFile(join(run.release, 'eval.json'), 'utf8')) as object;
    const backend = { ...gpu, device: 'Tesla T4' };
    await run.forge('eval.json', Buffer.from(JSON.stringify({ ...printed, backend })));
    const startBackend = async () => ({ ...gpu, device });
    const { ok, lines } = await run.verify({ startBackend }, [0.5, second]);
    expect(lines.join('\n')).toContain(words);
    expect(ok).toBe(expected);
  });

  it('does not ask for equal bits from another number of threads', async () => {
    const startBackend = async () => ({ name: 'wasm', versions: { 'tfjs-core': '4.22.0' }, threads: 2 });
    expect((await run.verify({ startBackend }, [0.52, 0.71])).ok).toBe(true);
  });

  it('says so when a benchmark is not at hand, and trains nothing', async () => {
    const readBenchmark = () => Promise.reject(new Error('gone'));
    const score = () => {
      throw new Error('must not train');
    };
    const { ok, lines } = await run.verify({ readBenchmark, score });
    expect(ok).toBe(true);
    expect(lines.join('\n')).toMatch(/^skip {2}Benchmark test .* Accuracy was NOT measured again/m);
    expect(lines.at(-1)).toBe('What was checked is what the release says. NOT checked: accuracy on test.');
  });

  it('away from its run knows no place of a benchmark, and asks for one', async () => {
    const copy = join(run.root, 'copy');
    await cp(run.release, copy, { recursive: true });
    const away = await verifyRelease(storeAt(copy), { measuring: measuring() });
    expect(away.ok).toBe(true);
    expect(away.lines.join('\n')).toContain("lay on the publisher's machine; give --benchmark test=DIR.");
    const told = await verifyRelease(storeAt(copy), { benchmarks: { test: 'file:///x' }, measuring: measuring() });
    expect(told.lines.join('\n')).toContain('student on test: 50.00');
  });

  it('refuses a benchmark name that the release does not know', async () => {
    const { ok, lines } = await verifyRelease(storeAt(run.release), {
      benchmarks: { tset: 'file:///x' },
      measuring: measuring(),
    });
    expect(ok).toBe(false);
    expect(lines.join('\n')).toContain('not measured on "tset"; it knows test');
  });
});
