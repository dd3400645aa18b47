import type { BenchTask } from '../task.ts';
import { ANIMALS } from './animals.ts';
import { DIGITS } from './digits.ts';
import { type Drawing, drawParts, evenly, skewed } from './drawing.ts';
import { TEXTURES } from './textures.ts';

const LABELLED_PER_CLASS = 20;
const POOL = 8000;
const BENCHMARK = 2500;

/** @param skew - how often the pool's most frequent class stands for one of the rarest; the benchmark is like the pool */
const drawnTask = (drawing: Drawing, skew: number, about: string): BenchTask => ({
  name: drawing.name,
  about,
  make: async (seed) =>
    drawParts(
      drawing,
      {
        labelled: evenly(drawing.classes, LABELLED_PER_CLASS),
        pool: skewed(drawing, POOL, skew),
        benchmark: skewed(drawing, BENCHMARK, skew),
      },
      seed,
    ),
});

/** A pool of the same kind as the labelled set, of pictures that are nobody's. */
export const DRAWN_TASKS: readonly BenchTask[] = [
  drawnTask(DIGITS, 1, 'digits in shaky hands on stained paper; a pool of even classes'),
  drawnTask(
    ANIMALS,
    3,
    'ten animals in any pose, coat and light; the pool has one class three times as often as another',
  ),
  drawnTask(
    TEXTURES,
    2,
    'twelve textures of any scale and direction; the pool has one class twice as often as another',
  ),
];
