import type { Random } from '../../../core/tensor/random.ts';
import { type Camera, coverage, type Field, fractalNoise, mix, paint, photograph, placed } from './canvas.ts';
import { DIGIT_NAMES, type Stroke, waysToWrite } from './digit-strokes.ts';
import type { Drawing } from './drawing.ts';
import { chain, limb, type Point, type Shape, unionOf } from './shapes.ts';

const CAMERA: Camera = { light: 0.4, contrast: [0.4, 1], noise: 0.12, blur: 0.7 };

/** Digits in a shaky hand, written over stained paper with lines across it. */
export const DIGITS: Drawing = {
  name: 'digits',
  classes: DIGIT_NAMES,
  side: 32,
  draw: (random, label) => {
    const digit = placed(written(random, label), {
      angle: 0.22 * random.normal(),
      scale: random.uniform(0.5, 0.8),
      x: random.uniform(-0.25, 0.25),
      y: random.uniform(-0.15, 0.15),
    });
    return onPaper(random, DIGITS.side, digit);
  },
};

/** Two digits side by side: a hundred classes. */
export const DIGIT_PAIRS: Drawing = {
  name: 'digit-pairs',
  classes: DIGIT_NAMES.flatMap((first) => DIGIT_NAMES.map((second) => first + second)),
  side: 48,
  draw: (random, label) => {
    const [left, right] = [...label].map((digit, i) =>
      placed(written(random, digit), {
        angle: 0.12 * random.normal(),
        scale: random.uniform(0.55, 0.7),
        x: (i - 0.5) * 0.9 + random.uniform(-0.06, 0.06),
        y: random.uniform(-0.15, 0.15),
      }),
    ) as [Field, Field];
    return onPaper(random, DIGIT_PAIRS.side, (x, y) => Math.max(left(x, y), right(x, y)));
  },
};

/** A digit of some hand, about 2 high. @returns distance to the edge of its ink, positive inside */
function written(random: Random, digit: string): Field {
  const ways = waysToWrite(digit);
  const [shake, radius] = [random.uniform(0.04, 0.14), random.uniform(0.06, 0.16)];
  const shaken = ([x, y]: Point): Point => [x + shake * random.normal(), y + shake * random.normal()];
  const way = ways[random.below(ways.length)]!;
  const strokes = unionOf(way.flatMap((stroke) => chain(curve(stroke.map(shaken)), radius)));
  const [slant, stretch] = [random.uniform(-0.35, 0.35), random.uniform(0.8, 1.35)];
  return (x, y) => strokes((x + slant * y) / stretch, y);
}

function onPaper(random: Random, side: number, inside: Field): Uint8Array {
  const scratches = unionOf(scratchesOn(random));
  const paper = fractalNoise(random, 3);
  const [ink, ground] = random.next() < 0.5 ? [0.95, 0.1] : [0.05, 0.85];
  const [stain, faint] = [random.uniform(0.1, 0.6), random.uniform(0.3, 0.9)];
  const canvas = paint(side, (x, y) => {
    const sheet = mix(ground, paper(2 * x + 7, 2 * y + 7), stain);
    const scratched = mix(sheet, ink, faint * coverage(scratches(x, y), 0.08));
    return mix(scratched, ink, coverage(inside(x, y), 0.12));
  });
  return photograph(random, canvas, CAMERA);
}

/** Up to three lines that belong to no digit. */
function scratchesOn(random: Random): Shape[] {
  const point = (): Point => [random.uniform(-1.2, 1.2), random.uniform(-1.2, 1.2)];
  return Array.from({ length: random.below(4) }, () => limb(point(), point(), random.uniform(0.02, 0.07)));
}

/** A smooth line through the points (Catmull and Rom), as points that lie close together. */
function curve(points: Stroke): Point[] {
  const at = (i: number): Point => points[Math.max(0, Math.min(points.length - 1, i))]!;
  const line: Point[] = [at(0)];
  for (let i = 0; i + 1 < points.length; i++) {
    for (let step = 1; step <= 5; step++) line.push(between([at(i - 1), at(i), at(i + 1), at(i + 2)], step / 5));
  }
  return line;
}

function between([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const along = (i: 0 | 1): number =>
    0.5 *
    (2 * b[i] +
      (c[i] - a[i]) * t +
      (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t ** 2 +
      (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t ** 3);
  return [along(0), along(1)];
}
