import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditCsv } from '../../../core/contracts/audit-file.ts';
import { readAudit } from '../../../core/data/read-audit.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterEach(() => rm(folder, { recursive: true }));

const audit = async (text: string): Promise<string> => {
  await writeFile(join(folder, 'truth.csv'), text);
  return pathToFileURL(join(folder, 'truth.csv')).href;
};

it('reads the label column, or the one that the fragment names', async () => {
  const uri = await audit('file,label,other\na.png,sad,happy\n');
  expect((await readAudit(uri)).get('a.png')).toBe('sad');
  expect((await readAudit(`${uri}#other`)).get('a.png')).toBe('happy');
});

it('reads back every name that a pool may hold from what the report saves', async () => {
  const names = fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(names, async (files) => {
      const labels = files.map((file, index) => [file, index % 2 === 0 ? '=a' : ' b'] as const);
      const uri = await audit(auditCsv(labels.map(([file, label]) => ({ file, label }))));
      expect([...(await readAudit(uri))]).toEqual(labels);
    }),
    { seed: 12, numRuns: 200 },
  );
});

it('names the missing column and those that are there', async () => {
  const uri = await audit('name,label\na.png,sad\n');
  await expect(readAudit(uri)).rejects.toThrow(/needs the columns file and label. Received name, label/);
  const named = await audit('file,label\na.png,sad\n');
  await expect(readAudit(`${named}#constructor`)).rejects.toThrow(/needs the columns file and constructor/);
});

it('refuses two labels for one name: the last would count for both images', async () => {
  expect((await readAudit(await audit('file,label\na.png,sad\na.png,sad\n'))).size).toBe(1);
  await expect(readAudit(await audit('file,label\na.png,sad\na.png,happy\n'))).rejects.toMatchObject({
    name: 'ConfigError',
    message: expect.stringMatching(/two labels to "a\.png": "sad" and "happy".* by its path below the pool/),
  });
});

it('says where there is no file, and which is no CSV', async () => {
  await expect(readAudit('file:///no/such.csv#label')).rejects.toThrow(
    /^audit: There is no file:\/\/\/no\/such\.csv\./,
  );
  await expect(readAudit(await audit('file,label\n"a.png,sad\n'))).rejects.toThrow(/truth\.csv is no CSV: /);
});
