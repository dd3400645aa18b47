import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConfigOverrides } from '../../../core/contracts/config.ts';
import { drawMuscles, EXPRESSIONS } from '../../../demo/expressions.ts';
import { writeDemo } from '../../../demo/faces.ts';
import { createRandom } from '../../../demo/random.ts';

const SMALL = { labelledPerClass: 2, benchmarkPerClass: 2, poolFaces: 40 };
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'demo-'));
  await writeDemo(join(root, 'one'), { ...SMALL, seed: 1 });
  await writeDemo(join(root, 'again'), { ...SMALL, seed: 1 });
  await writeDemo(join(root, 'other'), { ...SMALL, seed: 2 });
});
afterAll(() => rm(root, { recursive: true }));

/** One hash over all names and contents of a folder. */
const hashOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(await readFile(file));
  return hash.digest('hex');
};

it('draws the same bytes for the same seed, and other ones for another', async () => {
  expect(await hashOf(join(root, 'again'))).toBe(await hashOf(join(root, 'one')));
  expect(await hashOf(join(root, 'other'))).not.toBe(await hashOf(join(root, 'one')));
});

it('writes every class of the labelled set and the benchmark in full', async () => {
  for (const part of ['labelled', 'benchmark']) {
    expect((await readdir(join(root, 'one', part))).sort()).toEqual([...EXPRESSIONS]);
    for (const name of EXPRESSIONS) expect(await readdir(join(root, 'one', part, name))).toHaveLength(2);
  }
});

it('puts the pool into four shards and tells the audit of faces and distractors, not of broken files', async () => {
  expect(await readdir(join(root, 'one', 'pool'))).toHaveLength(4);
  const [head, ...rows] = (await readFile(join(root, 'one', 'audit.csv'), 'utf8')).trim().split('\n');
  expect(head).toBe('file,label');
  expect(rows.filter((row) => row.endsWith(',none')).length).toBeGreaterThan(0);
  expect(rows.some((row) => row.startsWith('broken'))).toBe(false);
});

it('draws a resting face whatever the expression at no intensity, but for the jitter', () => {
  const mean = (intensity: number): number => {
    const random = createRandom(1);
    const curves = Array.from({ length: 400 }, () => drawMuscles(random, 'happy', intensity).mouthCurve);
    return curves.reduce((sum, curve) => sum + curve, 0) / curves.length;
  };
  expect(mean(0)).toBeCloseTo(0, 0);
  expect(mean(1)).toBeGreaterThan(4);
});

it('comes with settings that the workflow accepts', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../demo/config.json'), 'utf8');
  expect(() => ConfigOverrides.parse(JSON.parse(text))).not.toThrow();
});
