import { SIDE } from '../../../gate/grey.ts';
import type { Random } from '../../../tensor/random.ts';

/** Signed distance of a point to the edge of a shape, in pixels: negative inside. */
export type Shape = (x: number, y: number) => number;
/** Grey level at a point. */
export type Paint = (x: number, y: number) => number;

/** An ellipse, close to its edge. */
export const ellipse =
  (cx: number, cy: number, rx: number, ry: number): Shape =>
  (x, y) =>
    (Math.hypot((x - cx) / rx, (y - cy) / ry) - 1) * Math.min(rx, ry);

/** A rectangle with round corners. */
export const box =
  (cx: number, cy: number, halfWidth: number, halfHeight: number, corner: number): Shape =>
  (x, y) => {
    const [dx, dy] = [Math.abs(x - cx) - halfWidth + corner, Math.abs(y - cy) - halfHeight + corner];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
  };

/** A stroke with round ends. */
export const stroke = (x0: number, y0: number, x1: number, y1: number, halfWidth: number): Shape => {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const squared = Math.max(dx * dx + dy * dy, 1e-9);
  return (x, y) => {
    const along = Math.max(0, Math.min(1, ((x - x0) * dx + (y - y0) * dy) / squared));
    return Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - halfWidth;
  };
};

/** A shape turned about a point. */
export const turned = (shape: Shape, cx: number, cy: number, angle: number): Shape => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => shape(cx + cos * (x - cx) + sin * (y - cy), cy - sin * (x - cx) + cos * (y - cy));
};

/** Only the edge of a shape. */
export const outline =
  (shape: Shape, halfWidth: number): Shape =>
  (x, y) =>
    Math.abs(shape(x, y)) - halfWidth;

/** A flat level, or one that changes evenly from side to side. */
export const shade = (random: Random): Paint => {
  const level = random.next();
  if (random.next() < 0.5) return () => level;
  const [slope, angle] = [random.uniform(0, 0.4) / SIDE, random.uniform(0, 2 * Math.PI)];
  const [dx, dy] = [slope * Math.cos(angle), slope * Math.sin(angle)];
  return (x, y) => level + dx * (x - SIDE / 2) + dy * (y - SIDE / 2);
};

/** Puts a painted shape over what is there; its edge is soft, a pixel wide. */
export const fill = (canvas: Float32Array, shape: Shape, paint: Paint): void => {
  for (let y = 0, at = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, at++) {
      const cover = 0.5 - shape(x, y);
      if (cover > 0) canvas[at]! += (paint(x, y) - canvas[at]!) * Math.min(1, cover);
    }
  }
};

export const EVERYWHERE: Shape = () => Number.NEGATIVE_INFINITY;

/** What a camera does to a drawing: blur and noise, of any strength from none on. */
export const photographed = (canvas: Float32Array, random: Random): Float32Array => {
  const spread = random.next() < 0.3 ? 0 : random.uniform(0, 0.3);
  const blurred = smooth(smooth(canvas, 1, spread), SIDE, spread);
  const noise = random.next() < 0.5 ? 0 : random.uniform(0, 0.03);
  return blurred.map((value) => Math.max(0, Math.min(1, value + noise * random.normal())));
};

/** Gives a part of each value to both neighbours along one side. */
function smooth(values: Float32Array, step: number, part: number): Float32Array {
  return values.map((value, i) => {
    const place = step === 1 ? i % SIDE : Math.floor(i / SIDE);
    const before = place > 0 ? values[i - step]! : value;
    const after = place < SIDE - 1 ? values[i + step]! : value;
    return value + part * (before + after - 2 * value);
  });
}
