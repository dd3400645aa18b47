import { encodePng } from '../../../core/format/png.ts';
import { type Random, random } from '../../../core/tensor/random.ts';
import type { Counts, Stream, TaskData, TaskImage } from '../task.ts';

/** A set of classes that any number of images can be drawn of. */
export interface Drawing {
  readonly name: string;
  readonly classes: readonly string[];
  /** Height and width in pixels. */
  readonly side: number;
  /** Draws one more image of a class. @returns 8-bit grey, `[side, side]` */
  draw(random: Random, label: string): Uint8Array;
}

/** How many of each class the parts of a task have. */
export interface PartCounts {
  readonly labelled: Counts;
  readonly pool: Counts;
  readonly benchmark: Counts;
}

/** As many of each class. */
export const evenly = (classes: readonly string[], each: number): Counts =>
  Object.fromEntries(classes.map((label) => [label, each]));

/**
 * About `total` images in which the most frequent class stands `skew` times as often as the rarest. Which class is which
 * follows from the drawing alone, so that pool and benchmark have the same proportions.
 */
export const skewed = ({ name, classes }: Pick<Drawing, 'name' | 'classes'>, total: number, skew: number): Counts => {
  const order = random(name, 'proportions').permutation(classes.length);
  const weights = classes.map((_, i) => skew ** (-order[i]! / Math.max(1, classes.length - 1)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return Object.fromEntries(classes.map((label, i) => [label, Math.round((total * weights[i]!) / sum)]));
};

/** Draws the three parts, each from a stream of its own: the size of one does not change the images of another. */
export const drawParts = (drawing: Drawing, parts: PartCounts, seed: number): TaskData => ({
  labelled: drawImages(drawing, parts.labelled, [seed, 'labelled']),
  pool: drawImages(drawing, parts.pool, [seed, 'pool']),
  benchmark: drawImages(drawing, parts.benchmark, [seed, 'benchmark']),
});

/** Images of the wanted classes in a random order. */
export const drawImages = (drawing: Drawing, counts: Counts, stream: Stream): TaskImage[] =>
  inRandomOrder(counts, random(drawing.name, ...stream, 'order')).map((label, i) => {
    const pixels = drawing.draw(random(drawing.name, ...stream, i), label);
    return { label, png: encodePng(pixels, drawing.side, drawing.side, 1) };
  });

/** Each label as often as it is counted, in a random order. */
export const inRandomOrder = (counts: Counts, order: Random): string[] => {
  const labels = Object.entries(counts).flatMap(([label, count]) => new Array<string>(count).fill(label));
  return Array.from(order.permutation(labels.length), (place) => labels[place]!);
};
