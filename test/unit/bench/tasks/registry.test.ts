import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseTasks, FAMILIES, TASK_CHOICES } from '../../../../bench/tasks/registry.ts';

const names = (...asked: string[]): string[] => chooseTasks(asked).map(({ name }) => name);

describe('choosing tasks', () => {
  it("finds one task behind each name, and no family of a task's name", () => {
    expect(new Set(TASK_CHOICES).size).toBe(TASK_CHOICES.length);
    for (const name of names()) expect(names(name)).toEqual([name]);
  });

  it('takes families and tasks together, each task once', () => {
    expect(names('mnist', 'drawn', 'digits')).toEqual([...FAMILIES.drawn.map(({ name }) => name), 'mnist']);
  });

  it('opens a closed task by its own name alone', () => {
    expect(names()).not.toContain('clothes');
    expect(names('found')).toEqual(['mnist']);
    expect(names('found', 'clothes')).toEqual(['mnist', 'clothes']);
  });

  it('has names that folders can have', () => {
    for (const name of names()) expect(name).toMatch(/^[a-z0-9-]+$/);
  });
});

it('is described in the docs, task by task', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../../docs/tasks.md'), 'utf8');
  for (const name of TASK_CHOICES) expect(page).toContain(`\`${name}\``);
});
