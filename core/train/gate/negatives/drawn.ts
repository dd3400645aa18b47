import { AREA, SIDE } from '../../../gate/grey.ts';
import type { Random } from '../../../tensor/random.ts';
import {
  box,
  EVERYWHERE,
  ellipse,
  fill,
  outline,
  type Paint,
  photographed,
  type Shape,
  shade,
  stroke,
  turned,
} from './paint.ts';

/** A labelled image, `[48, 48]`, at random. */
export type Pick = () => Float32Array;

/** Leaves of all sizes that fall over each other until they cover all (dead leaves), painted flat or shaded. */
export const leaves = (random: Random): Float32Array => fallen(random, () => shade(random));

/** The same, painted with enlarged patches of labelled images: the textures of the task without its things. */
export const collage = (random: Random, pick: Pick): Float32Array => fallen(random, () => patch(random, pick()));

/** A thing in the middle that is its own mirror, of parts that are as well, before a background. */
export const thing = (random: Random): Float32Array => {
  const canvas = new Float32Array(AREA);
  fill(canvas, EVERYWHERE, shade(random));
  const centre = SIDE / 2 + random.uniform(-3, 3);
  const [height, width] = [random.uniform(10, 23), random.uniform(10, 23)];
  const middle = SIDE / 2 + random.uniform(-4, 4);
  const body =
    random.next() < 0.5
      ? ellipse(centre, middle, width, height)
      : box(centre, middle, width, height, random.uniform(0, 8));
  const tilt = random.uniform(-0.15, 0.15);
  const put = (shape: Shape): void => fill(canvas, turned(shape, centre, middle, tilt), shade(random));
  put(body);
  if (random.next() < 0.4) put(outline(body, random.uniform(0.4, 2)));
  for (let parts = random.below(9); parts > 0; parts--) {
    const [dx, y] = [random.uniform(0, width), middle + random.uniform(-1, 1) * height];
    const [rx, ry] = [random.uniform(0.8, 9), random.uniform(0.8, 9)];
    const kind = random.below(4);
    const [sx, sy, half] = [random.uniform(-12, 12), random.uniform(-12, 12), random.uniform(0.4, 1.5)];
    const single = random.next() < 0.35;
    const part = (side: number): Shape => {
      const x = single ? centre : centre + side * dx;
      if (kind === 0) return box(x, y, rx, ry, Math.min(rx, ry) * 0.4);
      if (kind === 1) return stroke(x, y, x + side * sx, y + sy, half);
      return kind === 2 ? ellipse(x, y, rx, ry) : outline(ellipse(x, y, rx, ry), half);
    };
    const paint = shade(random);
    for (const side of single ? [1] : [-1, 1]) fill(canvas, turned(part(side), centre, middle, tilt), paint);
  }
  return photographed(canvas, random);
};

/** Rows of short strokes, as writing is, or strokes anywhere. */
export const strokes = (random: Random): Float32Array => {
  const canvas = new Float32Array(AREA);
  fill(canvas, EVERYWHERE, shade(random));
  const ink = shade(random);
  const [letter, half] = [random.uniform(3, 16), random.uniform(0.3, 2)];
  const rows = random.next() < 0.6;
  for (let y = random.uniform(-4, 4); y < SIDE; y += 1.6 * letter) {
    for (let x = random.uniform(-4, 4); x < SIDE; x += random.uniform(0.6, 1.3) * letter) {
      const place = (): [number, number] =>
        rows
          ? [x + random.uniform(0, 0.8) * letter, y + random.uniform(0, 1) * letter]
          : [random.uniform(0, SIDE), random.uniform(0, SIDE)];
      for (let line = 0; line < 2; line++) fill(canvas, stroke(...place(), ...place(), half), ink);
    }
  }
  return photographed(canvas, random);
};

function fallen(random: Random, paint: () => Paint): Float32Array {
  const canvas = new Float32Array(AREA);
  fill(canvas, EVERYWHERE, paint());
  const [smallest, count] = [random.uniform(2, 8), 10 + random.below(50)];
  for (let leaf = 0; leaf < count; leaf++) {
    // Sizes as r^-2: as many large as small ones to the eye.
    const radius = smallest / (1 - random.next() * (1 - smallest / 24));
    const [x, y, flat] = [random.uniform(-6, SIDE + 6), random.uniform(-6, SIDE + 6), random.uniform(0.4, 1)];
    const shape = random.next() < 0.6 ? ellipse(x, y, radius, radius * flat) : box(x, y, radius, radius * flat, 0);
    fill(canvas, turned(shape, x, y, random.uniform(0, Math.PI)), paint());
  }
  return photographed(canvas, random);
}

/** An enlarged patch of an image. */
function patch(random: Random, image: Float32Array): Paint {
  const zoom = random.uniform(0.3, 1);
  const [left, top] = [random.uniform(0, SIDE * (1 - zoom)), random.uniform(0, SIDE * (1 - zoom))];
  return (x, y) => image[Math.floor(top + y * zoom) * SIDE + Math.floor(left + x * zoom)] ?? 0.5;
}
