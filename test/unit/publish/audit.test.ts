import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { auditMined, readAudit } from '../../../core/publish/audit.ts';

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

it('names the missing column and those that are there', async () => {
  const uri = await audit('name,label\na.png,sad\n');
  await expect(readAudit(uri)).rejects.toThrow(/needs the columns file and label. Received name, label/);
  const named = await audit('file,label\na.png,sad\n');
  await expect(readAudit(`${named}#constructor`)).rejects.toThrow(/needs the columns file and constructor/);
});

it('counts only what the audit names, by file name, and a distractor as wrong', () => {
  const labels = new Map([
    ['a.png', 'happy'],
    ['b.png', 'none'],
    ['c.png', 'sad'],
  ]);
  const mined = [
    { key: 'pool-0.tar/a.png', label: 0 },
    { key: 'pool-1.tar/b.png', label: 0 },
    { key: 'c.png', label: 1 },
    { key: 'pool-1.tar/unknown.png', label: 1 },
  ];
  const { checked, precision, low, high } = auditMined(mined, ['happy', 'sad'], labels);
  expect([checked, precision]).toEqual([3, 2 / 3]);
  expect(low).toBeLessThan(2 / 3);
  expect(high).toBeGreaterThan(2 / 3);
});
