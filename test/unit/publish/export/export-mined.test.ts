import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { z } from 'zod';
import { findRun } from '../../../../core/artifacts/run.ts';
import { EXPORT_FORMATS, type ExportFormatName } from '../../../../core/contracts/export-formats.ts';
import { decodeParquet } from '../../../../core/format/parquet.ts';
import { sha256 } from '../../../../core/format/sha256.ts';
import { exportMined } from '../../../../core/publish/export/export-mined.ts';
import { fileStore } from '../../../../core/store/file.ts';
import { MINED_KEYS, writeExportableRun } from '../../../support/exportable-run.ts';
import { greyPng, tarOf } from '../../../support/images.ts';
import { pythonWith } from '../../../support/python.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const exported = async (format: ExportFormatName, harm: (pool: string) => Promise<void> = async () => undefined) => {
  const folder = temporaryFolder();
  const { run, pool, files } = await writeExportableRun(folder);
  await harm(pool);
  const target = fileStore(join(folder, 'mined'));
  const written = await exportMined((await findRun(pathToFileURL(run).href))!, { format, target });
  return { folder: join(folder, 'mined'), written, files };
};

/** What is said of the image of a rank. */
const detailsOf = (rank: number, files: Record<string, Buffer>) => ({
  key: MINED_KEYS[rank],
  label: rank % 2,
  class_name: ['calm', 'glad'][rank % 2],
  similarity: 0.9 - rank / 10,
  probability: 0.75,
  rank,
  weight: 1,
  source_sha256: sha256(files[MINED_KEYS[rank]!]!),
  pixels_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
});

describe('exportMined', () => {
  it('lays the very files of the pool in folders by class, with their keys as they were given', async () => {
    const { folder, written, files } = await exported('imagefolder');
    expect(written).toBe(3);
    const paths = (await readdir(folder, { recursive: true })).filter((path) => /\.\w+$/.test(path)).sort();
    expect(paths).toEqual([
      'README.md',
      'train/calm/00000/000000000.webp',
      'train/calm/00000/000000002.jpg',
      'train/calm/00000/metadata.jsonl',
      'train/glad/00000/000000001.png',
      'train/glad/00000/metadata.jsonl',
    ]);
    expect(await readFile(join(folder, paths[2]!))).toEqual(files['a.tar/é/001.jpg']);
    const [line] = (await readFile(join(folder, paths[5]!), 'utf8')).trim().split('\n');
    expect(JSON.parse(line!)).toEqual({ file_name: '000000001.png', ...detailsOf(1, files) });
  });

  it('puts the files themselves into Parquet, with class names and both hashes', async () => {
    const { folder, files } = await exported('parquet');
    const bytes = await readFile(join(folder, 'data/train-00000.parquet'));
    const rows = await decodeParquet(bytes, z.record(z.string(), z.unknown()));
    expect(rows.map(({ key }) => key)).toEqual(['a.tar/./x y.png', 'a.tar/é/001.jpg', 'loose/b.webp']);
    const { image, ...said } = rows[2]!;
    expect({ ...said, label: Number(said.label) }).toEqual(detailsOf(0, files));
    expect(image).toEqual({ bytes: new Uint8Array(files['loose/b.webp']!), path: '000000000.webp' });
  });

  it('gives equal bytes every time: what is shared can be compared', async () => {
    const [one, other] = [await exported('webdataset'), await exported('webdataset')];
    const read = ({ folder }: { folder: string }) => readFile(join(folder, 'mined-00000.tar'));
    expect(await read(one)).toEqual(await read(other));
  });

  it.each([
    ['gone', (pool: string) => rm(join(pool, 'loose/b.webp')), '"loose/b.webp" of shard 1'],
    [
      'another image',
      async (pool: string) => writeFile(join(pool, 'loose/b.webp'), await greyPng(9)),
      'holds another image now',
    ],
    [
      'no member any more',
      async (pool: string) => writeFile(join(pool, 'a.tar'), await tarOf([['left.png', await greyPng(3)]])),
      '"a.tar/./x y.png" of shard 0',
    ],
    ['a tar that is gone', (pool: string) => rm(join(pool, 'a.tar')), 'There is no file'],
  ])('names the image that is %s, and leaves nothing that looks whole', async (_, harm, words) => {
    const exporting = exported('parquet', harm);
    await expect(exporting).rejects.toMatchObject({ name: 'DataError', exitCode: 65 });
    await expect(exporting).rejects.toThrow('The pool is not the one that run r mined: ');
    await expect(exporting).rejects.toThrow(words);
  });

  it('writes into no folder that holds something', async () => {
    const folder = temporaryFolder();
    const { run, pool } = await writeExportableRun(folder);
    const exporting = exportMined((await findRun(pathToFileURL(run).href))!, {
      format: 'parquet',
      target: fileStore(pool),
    });
    await expect(exporting).rejects.toMatchObject({ name: 'ConfigError' });
    await expect(exporting).rejects.toThrow('is not empty: a.tar lies in it');
  });
});

/** Lines that say, of what the lines of README.md have loaded, the same for every format. */
const SAID: Readonly<Record<ExportFormatName, { packages: readonly string[]; code: string }>> = {
  webdataset: {
    packages: ['webdataset', 'PIL'],
    code: `rows = [(s["json"]["key"], int(s["cls"]), s["json"]["class_name"], next(s[e] for e in ("png", "jpg", "webp") if e in s).size) for s in data]`,
  },
  imagefolder: {
    packages: ['datasets', 'PIL', 'torchvision'],
    code: `import torchvision
assert [c for _, c in torchvision.datasets.ImageFolder("train").samples] == [0, 0, 1]
names = data.features["label"].names
rows = [(r["key"], r["label"], names[r["label"]], r["image"].size) for r in data]`,
  },
  parquet: {
    packages: ['datasets', 'PIL'],
    code: `names = data.features["label"].names
rows = [(r["key"], r["label"], names[r["label"]], r["image"].size) for r in data]`,
  },
};

describe('an export, in Python', { timeout: 600_000 }, () => {
  it.for(Object.keys(EXPORT_FORMATS) as ExportFormatName[])(
    '%s is loaded by the lines of its README',
    async (format, test: TestContext) => {
      const { packages, code } = SAID[format];
      const python = pythonWith(...packages);
      if (python === undefined) return test.skip(`no python3 has ${packages.join(', ')}`);
      const { folder } = await exported(format);
      const [, lines] = /^```python\n(.*?)^```$/ms.exec(await readFile(join(folder, 'README.md'), 'utf8'))!;
      const program = `${lines}\n${code}\nimport json\nprint(json.dumps(sorted(rows)))`;
      const env = { ...process.env, HF_HOME: join(folder, '..', 'hub'), HF_HUB_OFFLINE: '1' };
      const printed = execFileSync(python, ['-c', program], { cwd: folder, encoding: 'utf8', stdio: 'pipe', env });
      expect(JSON.parse(printed)).toEqual([
        ['a.tar/./x y.png', 1, 'glad', [16, 16]],
        ['a.tar/é/001.jpg', 0, 'calm', [40, 40]],
        ['loose/b.webp', 0, 'calm', [24, 24]],
      ]);
    },
  );
});
