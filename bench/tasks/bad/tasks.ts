import { EXPRESSIONS } from '../../../demo/expressions.ts';
import { ALBUM } from '../../../demo/looks.ts';
import { ANIMALS } from '../drawn/animals.ts';
import { DIGIT_PAIRS, DIGITS } from '../drawn/digits.ts';
import { type Drawing, drawImages, drawParts, evenly, type PartCounts } from '../drawn/drawing.ts';
import { drawFaces } from '../drawn/faces.ts';
import { TEXTURES } from '../drawn/textures.ts';
import { shuffled } from '../select.ts';
import { type BenchTask, NO_CLASS, type TaskData } from '../task.ts';

const LABELLED_PER_CLASS = 20;
const POOL_PER_CLASS = 200;
const BENCHMARK_PER_CLASS = 50;
const COPIES = 10;

/** A task of drawings with counts of its own where they are not the usual ones. */
const drawn = (drawing: Drawing, seed: number, counts: Partial<PartCounts>): TaskData =>
  drawParts(
    drawing,
    {
      labelled: evenly(drawing.classes, LABELLED_PER_CLASS),
      pool: evenly(drawing.classes, POOL_PER_CLASS),
      benchmark: evenly(drawing.classes, BENCHMARK_PER_CLASS),
      ...counts,
    },
    seed,
  );

const without = (classes: readonly string[], missing: string): string[] => classes.filter((label) => label !== missing);

/** Inputs that should end in a sensible report or in a clear error, whatever they are worth. */
export const BAD_TASKS: readonly BenchTask[] = [
  {
    name: 'one-class-pool',
    about: 'digits; the pool shows nothing but eights',
    make: async (seed) => drawn(DIGITS, seed, { pool: { 8: 2000 } }),
  },
  {
    name: 'no-faces-pool',
    about: 'drawn faces; the pool shows textures and animals',
    make: async (seed) => ({
      labelled: await drawFaces(ALBUM, evenly(EXPRESSIONS, LABELLED_PER_CLASS), [seed, 'labelled']),
      pool: shuffled(
        [TEXTURES, ANIMALS].flatMap((drawing) =>
          drawImages(drawing, evenly(drawing.classes, 100), [seed, 'no faces']).map(({ png }) => ({
            png,
            label: NO_CLASS,
          })),
        ),
        ['no-faces-pool', seed],
      ),
      benchmark: await drawFaces(ALBUM, evenly(EXPRESSIONS, BENCHMARK_PER_CLASS), [seed, 'benchmark']),
    }),
  },
  {
    name: 'duplicate-pool',
    about: 'digits; nine of ten pool images are copies',
    make: async (seed) => {
      const data = drawn(DIGITS, seed, { pool: evenly(DIGITS.classes, POOL_PER_CLASS / COPIES) });
      const copies = Array.from({ length: COPIES }, () => data.pool).flat();
      return { ...data, pool: shuffled(copies, ['duplicate-pool', seed]) };
    },
  },
  {
    name: 'small-pool',
    about: 'digits; a pool of 60 beside a labelled set of 200',
    make: async (seed) => drawn(DIGITS, seed, { pool: evenly(DIGITS.classes, 6) }),
  },
  {
    name: 'five-labelled',
    about: 'digits, 5 labelled a class',
    make: async (seed) => drawn(DIGITS, seed, { labelled: evenly(DIGITS.classes, 5) }),
  },
  {
    name: 'hundred-classes',
    about: 'pairs of digits: a hundred classes, 8 labelled each',
    make: async (seed) =>
      drawn(DIGIT_PAIRS, seed, {
        labelled: evenly(DIGIT_PAIRS.classes, 8),
        pool: evenly(DIGIT_PAIRS.classes, 50),
        benchmark: evenly(DIGIT_PAIRS.classes, 10),
      }),
  },
  {
    name: 'missing-class',
    about: 'animals; the pool has no cats',
    make: async (seed) => drawn(ANIMALS, seed, { pool: evenly(without(ANIMALS.classes, 'cat'), POOL_PER_CLASS) }),
  },
];
