import { describe, expect, it } from 'vitest';
import { BAD_TASKS } from '../../../../bench/tasks/bad/tasks.ts';
import { countLabels } from '../../../../bench/tasks/select.ts';
import type { TaskData } from '../../../../bench/tasks/task.ts';
import { NO_PLACES, sharedImages } from './fixture.ts';

const make = (name: string): Promise<TaskData> => BAD_TASKS.find((task) => task.name === name)!.make(0, NO_PLACES);

describe('bad inputs', () => {
  it('are a pool of one class, and one that lacks a class', async () => {
    expect(Object.keys(countLabels((await make('one-class-pool')).pool))).toEqual(['8']);
    const { labelled, pool, benchmark } = await make('missing-class');
    expect(countLabels(pool).cat).toBeUndefined();
    expect([countLabels(labelled).cat, countLabels(benchmark).cat]).toEqual([20, 50]);
  });

  it('are a pool without a face, and one smaller than the labelled set', async () => {
    expect(Object.keys(countLabels((await make('no-faces-pool')).pool))).toEqual(['none']);
    const small = await make('small-pool');
    expect(small.pool.length).toBeLessThan(small.labelled.length);
  });

  it('are a pool of which nine in ten are copies, none of them of the other parts', async () => {
    const data = await make('duplicate-pool');
    const different = new Set(data.pool.map(({ png }) => png.toString('base64'))).size;
    expect(different / data.pool.length).toBe(0.1);
    expect(sharedImages(data)).toBe(0);
  });

  it('are five labelled a class, and a hundred classes of eight', async () => {
    expect(new Set(Object.values(countLabels((await make('five-labelled')).labelled)))).toEqual(new Set([5]));
    const counts = Object.values(countLabels((await make('hundred-classes')).labelled));
    expect([counts.length, ...new Set(counts)]).toEqual([100, 8]);
  });
});
