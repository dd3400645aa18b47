import { random } from '../../core/tensor/random.ts';
import type { Counts, Stream, TaskImage } from './task.ts';

type Labelled = Pick<TaskImage, 'label'>;

/** The images in a random order. */
export const shuffled = <T>(images: readonly T[], stream: Stream): T[] =>
  Array.from(random(...stream).permutation(images.length), (i) => images[i]!);

/** Images of each class. */
export const countLabels = (images: readonly Labelled[]): Counts => {
  const counts: Record<string, number> = {};
  for (const { label } of images) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
};

/** Takes so many images of each class, the first of them, or all that there are. @returns them and the others, in order */
export const takeByClass = <T extends Labelled>(
  images: readonly T[],
  wanted: (label: string) => number,
): { readonly taken: T[]; readonly rest: T[] } => {
  const counts: Record<string, number> = {};
  const [taken, rest]: [T[], T[]] = [[], []];
  for (const image of images) {
    const before = counts[image.label] ?? 0;
    counts[image.label] = before + 1;
    (before < wanted(image.label) ? taken : rest).push(image);
  }
  return { taken, rest };
};

/** Gives a part of the images, chosen at random, one of the other labels. */
export const withWrongLabels = (images: readonly TaskImage[], part: number, stream: Stream): TaskImage[] => {
  const classes = Object.keys(countLabels(images)).sort();
  const draw = random(...stream);
  const wrong = new Set(draw.permutation(images.length).subarray(0, Math.round(part * images.length)));
  return images.map((image, i) => {
    if (!wrong.has(i)) return image;
    const others = classes.filter((label) => label !== image.label);
    return { ...image, label: others[draw.below(others.length)]! };
  });
};
