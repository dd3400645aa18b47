import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../cli/program.ts';
import { writeExportableRun } from '../../support/exportable-run.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

afterEach(() => vi.restoreAllMocks());

/** Runs the command and gives its exit code with what it printed. */
const exporting = async (...args: readonly string[]) => {
  const [out, err] = (['stdout', 'stderr'] as const).map((stream) => {
    const written: string[] = [];
    vi.spyOn(process[stream], 'write').mockImplementation((text) => written.push(String(text)) > 0);
    return written;
  });
  const code = await main(['export', 'mined', ...args]);
  return { code, out: out!.join(''), err: err!.join('') };
};

describe('export mined', () => {
  it.each(['runs/r', 'runs/r/'])('takes the folder of a run, %s, and says where the images are', async (path) => {
    const folder = temporaryFolder();
    await writeExportableRun(folder);
    const out = join(folder, 'new', 'mined');
    const { code, out: said } = await exporting(join(folder, 'out', path), '--format', 'parquet', '--out', out);
    expect({ code, said }).toEqual({ code: 0, said: `3 mined images as parquet: file://${out}\n` });
    expect((await readdir(out)).sort()).toEqual(['README.md', 'data']);
  });

  it.each([
    [['--format', 'tfrecord'], 64, "'tfrecord' is invalid. Allowed choices are webdataset, imagefolder, parquet"],
    [['--format', 'parquet'], 64, 'RUN: there is no run in'],
  ])('refuses %j with what is allowed', async (flags, wanted, words) => {
    const folder = temporaryFolder();
    const { code, err } = await exporting(folder, ...flags, '--out', join(folder, 'mined'));
    expect(code).toBe(wanted);
    expect(err).toContain(words);
  });
});
