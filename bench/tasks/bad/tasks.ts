import { EXPRESSIONS } from '../../../demo/expressions.ts';
import { ALBUM } from '../../../demo/looks.ts';
import { ANIMALS } from '../drawn/animals.ts';
import { DIGIT_PAIRS, DIGITS } from '../drawn/digits.ts';
import { type Drawing, drawImages, drawParts, evenly, type PartCounts } from '../drawn/drawing.ts';
import { drawFaces } from '../drawn/faces.ts';
import { TEXTURES } from '../drawn/textures.ts';
import { shuffled } from '../select.ts';
import { type BenchTask, NO_CLASS } from '../task.ts';

/** Bad by how many images of which class its parts have. */
interface BadCounts extends PartCounts {
  readonly about: string;
  readonly drawing: Drawing;
}

/** Twenty labelled, a hundred in the pool and thirty in the benchmark of each class, unless they are counted. */
const counted = (about: string, drawing: Drawing, counts: Partial<PartCounts>): BadCounts => ({
  about,
  drawing,
  labelled: evenly(drawing.classes, 20),
  pool: evenly(drawing.classes, 100),
  benchmark: evenly(drawing.classes, 30),
  ...counts,
});

const withoutCats = ANIMALS.classes.filter((label) => label !== 'cat');

export const BAD_COUNTS = {
  'one-class-pool': counted('digits; the pool shows nothing but eights', DIGITS, { pool: { 8: 1000 } }),
  'missing-class': counted('animals; the pool has no cats', ANIMALS, { pool: evenly(withoutCats, 100) }),
  'small-pool': counted('digits; a pool of 60 beside a labelled set of 200', DIGITS, {
    pool: evenly(DIGITS.classes, 6),
  }),
  'five-labelled': counted('digits, 5 labelled a class', DIGITS, { labelled: evenly(DIGITS.classes, 5) }),
  'hundred-classes': counted('pairs of digits: a hundred classes, 8 labelled each', DIGIT_PAIRS, {
    labelled: evenly(DIGIT_PAIRS.classes, 8),
    pool: evenly(DIGIT_PAIRS.classes, 30),
    benchmark: evenly(DIGIT_PAIRS.classes, 10),
  }),
} satisfies Readonly<Record<string, BadCounts>>;

const COPIES = 10;

const duplicatePool: BenchTask = {
  name: 'duplicate-pool',
  about: 'digits; nine of ten pool images are copies',
  make: async (seed) => {
    const counts = counted('', DIGITS, { pool: evenly(DIGITS.classes, 20) });
    const data = drawParts(DIGITS, counts, seed);
    const copies = Array.from({ length: COPIES }, () => data.pool).flat();
    return { ...data, pool: shuffled(copies, ['duplicate-pool', seed]) };
  },
};

const noFacesPool: BenchTask = {
  name: 'no-faces-pool',
  about: 'drawn faces; the pool shows textures and animals',
  make: async (seed) => {
    const things = [TEXTURES, ANIMALS].flatMap((drawing) =>
      drawImages(drawing, evenly(drawing.classes, 50), [seed, 'no faces']),
    );
    return {
      labelled: await drawFaces(ALBUM, evenly(EXPRESSIONS, 20), [seed, 'labelled']),
      pool: shuffled(things, ['no-faces-pool', seed]).map(({ png }) => ({ png, label: NO_CLASS })),
      benchmark: await drawFaces(ALBUM, evenly(EXPRESSIONS, 30), [seed, 'benchmark']),
    };
  },
};

/** Inputs that should end in a sensible report or in a clear error, whatever they are worth. */
export const BAD_TASKS: readonly BenchTask[] = [
  ...Object.entries(BAD_COUNTS).map(([name, { about, drawing, ...counts }]) => ({
    name,
    about,
    make: async (seed: number) => drawParts(drawing, counts, seed),
  })),
  duplicatePool,
  noFacesPool,
];
