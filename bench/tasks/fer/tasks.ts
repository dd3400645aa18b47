import { countLabels, shuffled, takeByClass, withWrongLabels } from '../select.ts';
import type { BenchTask, Places, TaskData } from '../task.ts';
import { readFer, readUtkFace } from './faces.ts';
import { freshSplit } from './fresh-split.ts';
import { blurred, drawJunk } from './spoil.ts';

/** What a task makes of the split. @param seed - of what is random in it */
type Change = (split: TaskData, seed: number, places: Places) => TaskData | Promise<TaskData>;

const ferTask = (name: string, about: string, change: Change): BenchTask => ({
  name,
  about,
  make: async (seed, places) => change(freshSplit(await readFer(places.faces), seed), seed, places),
});

const FEWEST = 5;
/** Uniform as far as it goes: there are some 210 of disgust. */
const UNIFORM = 2000;
const JUNK = 0.3;
const WRONG = 0.1;

/**
 * FER2013 with 3,500 random pool images as its benchmark, and what may be unusual about a labelled set or a pool. All of
 * them have the same benchmark.
 */
export const FER_TASKS: readonly BenchTask[] = [
  ferTask('fer-fresh', 'FER2013, 100 labelled a class; 3,500 pool images as the benchmark', (split) => split),
  ferTask('fer-20', '20 labelled a class', fewerLabelled(20)),
  ferTask('fer-50', '50 labelled a class', fewerLabelled(50)),
  ferTask('fer-200', '200 labelled a class, half of them out of the pool', (split) => moreLabelled(split, () => 100)),
  ferTask('fer-skewed', '700 labelled in the proportions of the pool', (split) => {
    const counts = countLabels(split.pool);
    const wanted = (label: string): number =>
      Math.max(FEWEST, Math.round((counts[label]! * split.labelled.length) / split.pool.length));
    const { taken } = takeByClass(split.labelled, wanted);
    const most = countLabels(taken);
    return moreLabelled({ ...split, labelled: taken }, (label) => wanted(label) - most[label]!);
  }),
  ferTask('fer-uniform', 'a pool of even classes, as far as there are enough of them', (split) => ({
    ...split,
    pool: takeByClass(split.pool, () => UNIFORM).taken,
  })),
  ferTask('fer-sad', 'a pool of which half is sad', (split) => {
    const counts = countLabels(split.pool);
    const others = split.pool.length - counts.sad!;
    const wanted = (label: string): number =>
      label === 'sad' ? counts.sad! : Math.round((counts[label]! * counts.sad!) / others);
    return { ...split, pool: takeByClass(split.pool, wanted).taken };
  }),
  ferTask('fer-junk', 'a pool with 30 % junk: textures, animals, digits, noise, plain walls', (split, seed) => {
    const junk = drawJunk(Math.round((split.pool.length * JUNK) / (1 - JUNK)), seed);
    return { ...split, pool: shuffled([...split.pool, ...junk], ['fer-junk', seed]) };
  }),
  ferTask(
    'fer-utkface',
    'a pool of another domain alone: UTKFace, of which no labels are known',
    async (split, _, places) => ({
      ...split,
      pool: await readUtkFace(places.faces),
    }),
  ),
  ferTask('fer-blurred', 'a blurred pool', async (split) => ({ ...split, pool: await blurred(split.pool) })),
  ferTask('fer-wrong', 'a tenth of the labels is wrong', (split, seed) => ({
    ...split,
    labelled: withWrongLabels(split.labelled, WRONG, ['fer-wrong', seed]),
  })),
];

function fewerLabelled(perClass: number): Change {
  return (split) => ({ ...split, labelled: takeByClass(split.labelled, () => perClass).taken });
}

/** Takes labelled images out of the pool, where it has so many. */
function moreLabelled(split: TaskData, wanted: (label: string) => number): TaskData {
  const { taken, rest } = takeByClass(split.pool, wanted);
  return { ...split, labelled: [...split.labelled, ...taken], pool: rest };
}
