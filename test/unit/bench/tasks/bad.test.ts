import { describe, expect, it } from 'vitest';
import { BAD_COUNTS, BAD_TASKS } from '../../../../bench/tasks/bad/tasks.ts';
import { countLabels } from '../../../../bench/tasks/select.ts';
import type { Counts, TaskData } from '../../../../bench/tasks/task.ts';
import { NO_PLACES, sharedImages } from './fixture.ts';

const make = (name: string): Promise<TaskData> => BAD_TASKS.find((task) => task.name === name)!.make(0, NO_PLACES);
const sum = (counts: Counts): number => Object.values(counts).reduce((all, count) => all + count, 0);

describe('bad inputs', () => {
  it('are a pool of one class, and one that lacks a class', () => {
    expect(Object.keys(BAD_COUNTS['one-class-pool'].pool)).toEqual(['8']);
    const { labelled, pool, benchmark } = BAD_COUNTS['missing-class'];
    expect([labelled.cat, pool.cat, benchmark.cat]).toEqual([20, undefined, 30]);
  });

  it('are a pool smaller than the labelled set', async () => {
    const { labelled, pool } = BAD_COUNTS['small-pool'];
    expect(sum(pool)).toBeLessThan(sum(labelled));
    const data = await make('small-pool');
    expect([countLabels(data.labelled), countLabels(data.pool)]).toEqual([labelled, pool]);
  });

  it('are five labelled a class, and a hundred classes of eight', () => {
    expect(new Set(Object.values(BAD_COUNTS['five-labelled'].labelled))).toEqual(new Set([5]));
    const counts = Object.values(BAD_COUNTS['hundred-classes'].labelled);
    expect([counts.length, ...new Set(counts)]).toEqual([100, 8]);
  });

  it('are a pool of which nine in ten are copies, none of them of the other parts', async () => {
    const data = await make('duplicate-pool');
    const different = new Set(data.pool.map(({ png }) => png.toString('base64'))).size;
    expect(different / data.pool.length).toBe(0.1);
    expect(sharedImages(data)).toBe(0);
  });

  it('are a pool without a face', async () => {
    const { labelled, pool } = await make('no-faces-pool');
    expect(countLabels(pool)).toEqual({ none: pool.length });
    expect(Object.keys(countLabels(labelled))).toHaveLength(7);
  });
});
