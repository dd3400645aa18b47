import { BAD_TASKS } from './bad/tasks.ts';
import { FACE_TASKS } from './drawn/faces.ts';
import { DRAWN_TASKS } from './drawn/tasks.ts';
import { FER_TASKS } from './fer/tasks.ts';
import { clothes } from './found/clothes.ts';
import { mnist } from './found/mnist.ts';
import type { BenchTask } from './task.ts';

/** All tasks in families, which can be asked for by their names as well. */
export const FAMILIES = {
  drawn: DRAWN_TASKS,
  faces: FACE_TASKS,
  found: [mnist, clothes],
  fer: FER_TASKS,
  bad: BAD_TASKS,
} as const satisfies Readonly<Record<string, readonly BenchTask[]>>;

const ALL: readonly BenchTask[] = Object.values(FAMILIES).flat();

/** What can be asked for. */
export const TASK_CHOICES: readonly string[] = [...Object.keys(FAMILIES), ...ALL.map(({ name }) => name)];

/**
 * The tasks that are asked for, in the order of the table.
 * @param names - of tasks and families; none for all. A closed task comes by its own name alone.
 */
export const chooseTasks = (names: readonly string[]): BenchTask[] => {
  const families = Object.entries(FAMILIES).flatMap(([family, tasks]) => (names.includes(family) ? tasks : []));
  const open: readonly BenchTask[] = names.length === 0 ? ALL : families;
  return ALL.filter((task) => names.includes(task.name) || (open.includes(task) && task.closed !== true));
};
