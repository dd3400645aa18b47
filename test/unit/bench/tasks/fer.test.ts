import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FER_TASKS } from '../../../../bench/tasks/fer/tasks.ts';
import { countLabels } from '../../../../bench/tasks/select.ts';
import { NO_CLASS, type TaskData, TaskUnavailableError, UNKNOWN } from '../../../../bench/tasks/task.ts';
import { tarOf } from '../../../support/images.ts';
import { NO_PLACES, numberedPng, sharedImages } from './fixture.ts';

/** Pool images of each class: as unequal as those of FER2013, and as few of disgust. */
const POOL = { disgust: 300, happy: 3000, neutral: 1500, sad: 1200 };
const CLASSES = Object.keys(POOL);
const LABELLED_PER_CLASS = 100;
const BENCHMARK = 3500;
let faces: string;

beforeAll(async () => {
  faces = await mkdtemp(join(tmpdir(), 'faces-'));
  let number = 0;
  for (const label of CLASSES) {
    await mkdir(join(faces, 'fer2013/labelled', label), { recursive: true });
    for (let i = 0; i < LABELLED_PER_CLASS; i++) {
      await writeFile(join(faces, 'fer2013/labelled', label, `${i}.png`), numberedPng(number++));
    }
  }
  const pool = Object.entries(POOL).flatMap(([label, count]) =>
    Array.from({ length: count }, () => ({ label, name: `fer${number}.png`, png: numberedPng(number++) })),
  );
  await mkdir(join(faces, 'fer2013/pool'));
  for (const part of [0, 1]) {
    const members = pool.filter((_, i) => i % 2 === part).map(({ name, png }) => [name, png] as const);
    await writeFile(join(faces, `fer2013/pool/pool-0000${part}.tar`), await tarOf(members));
  }
  const rows = pool.map(({ name, label }) => `${name},pool-00000.tar,${label},tie`);
  await writeFile(join(faces, 'fer2013/pool-truth.csv'), `file,shard,fer_label,fp_plurality\n${rows.join('\n')}\n`);
  await mkdir(join(faces, 'utkface-adult/pool'), { recursive: true });
  await writeFile(join(faces, 'utkface-adult/pool/pool-00000.tar'), await tarOf([['utk.png', numberedPng(60_000)]]));
});
afterAll(() => rm(faces, { recursive: true }));

const makeAnew = (name: string, seed = 0): Promise<TaskData> =>
  FER_TASKS.find((task) => task.name === name)!.make(seed, { ...NO_PLACES, faces });
const made = new Map<string, Promise<TaskData>>();
const make = (name: string): Promise<TaskData> => {
  if (!made.has(name)) made.set(name, makeAnew(name));
  return made.get(name)!;
};
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0);

describe('fer-fresh', () => {
  it('takes its benchmark out of the pool and keeps the labelled set and the names', async () => {
    const { labelled, pool, benchmark } = await make('fer-fresh');
    expect(countLabels(labelled)).toEqual(Object.fromEntries(CLASSES.map((label) => [label, LABELLED_PER_CLASS])));
    expect(benchmark).toHaveLength(BENCHMARK);
    expect(pool).toHaveLength(sum(POOL) - BENCHMARK);
    expect(pool.every(({ name }) => name?.startsWith('fer'))).toBe(true);
  });

  it('takes another benchmark with another seed', async () => {
    const [first, again, other] = [
      await make('fer-fresh'),
      await makeAnew('fer-fresh'),
      await makeAnew('fer-fresh', 1),
    ];
    expect(again).toEqual(first);
    expect(other.benchmark).not.toEqual(first.benchmark);
  });
});

describe.each(FER_TASKS)('$name', ({ name }) => {
  it('shares its benchmark with the others and has no image in two parts', async () => {
    const [data, fresh] = [await make(name), await make('fer-fresh')];
    expect(data.benchmark).toEqual(fresh.benchmark);
    expect(sharedImages(data)).toBe(0);
  });
});

it('has fewer or more labelled images of each class, the more out of the pool', async () => {
  const each = async (name: string) => [...new Set(Object.values(countLabels((await make(name)).labelled)))];
  expect(await each('fer-20')).toEqual([20]);
  expect(await each('fer-50')).toEqual([50]);
  expect(await each('fer-200')).toEqual([200]);
  const [fresh, more] = [await make('fer-fresh'), await make('fer-200')];
  expect(fresh.pool.length - more.pool.length).toBe(100 * CLASSES.length);
});

it('has labels in the proportions of the pool, and never fewer than five of a class', async () => {
  const [fresh, skewed] = [await make('fer-fresh'), await make('fer-skewed')];
  const [pool, labelled] = [countLabels(fresh.pool), countLabels(skewed.labelled)];
  for (const label of CLASSES) {
    expect(labelled[label]).toBe(Math.max(5, Math.round((400 * pool[label]!) / fresh.pool.length)));
  }
});

it('has pools of other proportions', async () => {
  const natural = countLabels((await make('fer-fresh')).pool);
  expect(countLabels((await make('fer-uniform')).pool).disgust).toBe(natural.disgust);
  expect(Math.max(...Object.values(countLabels((await make('fer-uniform')).pool)))).toBeLessThanOrEqual(2000);
  const { sad, ...others } = countLabels((await make('fer-sad')).pool);
  expect(sad).toBe(natural.sad);
  expect(Math.abs(sum(others) - sad!)).toBeLessThanOrEqual(2);
});

it('has pools that are junk in part, of another domain, or blurred', async () => {
  const junk = (await make('fer-junk')).pool;
  expect(junk.filter(({ label }) => label === NO_CLASS).length / junk.length).toBeCloseTo(0.3, 2);
  expect(countLabels((await make('fer-utkface')).pool)).toEqual({ [UNKNOWN]: 1 });
  const [sharp, soft] = [(await make('fer-fresh')).pool, (await make('fer-blurred')).pool];
  expect(soft.map(({ label }) => label)).toEqual(sharp.map(({ label }) => label));
  expect(soft[0]!.png).not.toEqual(sharp[0]!.png);
});

it('has a tenth of its labels wrong', async () => {
  const [fresh, wrong] = [(await make('fer-fresh')).labelled, (await make('fer-wrong')).labelled];
  expect(wrong.filter(({ label }, i) => label !== fresh[i]!.label)).toHaveLength(fresh.length / 10);
});

it('is skipped with a message where the faces are not given or not there', async () => {
  const { make: task } = FER_TASKS[0]!;
  await expect(task(0, NO_PLACES)).rejects.toThrow('--faces');
  await expect(task(0, { ...NO_PLACES, faces: '/nowhere' })).rejects.toThrow(TaskUnavailableError);
});
