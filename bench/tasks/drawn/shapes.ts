import type { Field } from './canvas.ts';

/** A part of a silhouette, in the units of `Field`. */
export type Shape =
  | { readonly kind: 'ellipse'; x: number; y: number; rx: number; ry: number; angle: number }
  | { readonly kind: 'limb'; from: Point; to: Point; thick: number; thin: number };
export type Point = readonly [x: number, y: number];

export const ellipse = (x: number, y: number, rx: number, ry: number, angle = 0): Shape => ({
  kind: 'ellipse',
  x,
  y,
  rx,
  ry,
  angle,
});

/** A line with round ends whose radius goes from `thick` to `thin`. */
export const limb = (from: Point, to: Point, thick: number, thin = thick): Shape => ({
  kind: 'limb',
  from,
  to,
  thick,
  thin,
});

/** Limbs along a line of points; the radius falls evenly from `thick` to `thin`. */
export const chain = (points: readonly Point[], thick: number, thin = thick): Shape[] =>
  points.slice(1).map((to, i) => {
    const radius = (k: number): number => thick + ((thin - thick) * k) / (points.length - 1);
    return limb(points[i]!, to, radius(i), radius(i + 1));
  });

/** Angles are 0 to the right and grow clockwise. */
export const DOWN = Math.PI / 2;

/** The point that lies so far away in the direction of an angle. */
export const away = ([x, y]: Point, angle: number, length: number): Point => [
  x + length * Math.cos(angle),
  y + length * Math.sin(angle),
];

/** Beyond this distance it does not matter how far away a shape is. */
const NEAR = 0.15;

/**
 * Distance to the edge of all shapes together, positive inside. At an ellipse it is an estimate, and far away from all of
 * them it is only known to be far.
 */
export const unionOf = (shapes: readonly Shape[]): Field => {
  const around = shapes.map((shape) => ({ shape, ...circleAround(shape) }));
  return (x, y) => {
    let most = -9;
    for (const { shape, centre, radius } of around) {
      const [dx, dy] = [x - centre[0], y - centre[1]];
      if (dx * dx + dy * dy < (radius + NEAR) ** 2) most = Math.max(most, insideOf(shape, x, y));
    }
    return most;
  };
};

function circleAround(shape: Shape): { centre: Point; radius: number } {
  if (shape.kind === 'ellipse') return { centre: [shape.x, shape.y], radius: Math.max(shape.rx, shape.ry) };
  const { from, to, thick, thin } = shape;
  return {
    centre: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2],
    radius: Math.hypot(to[0] - from[0], to[1] - from[1]) / 2 + Math.max(thick, thin),
  };
}

function insideOf(shape: Shape, x: number, y: number): number {
  if (shape.kind === 'limb') {
    const { from, to, thick, thin } = shape;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.max(0, Math.min(1, along));
    const [aside, below] = [x - from[0] - t * dx, y - from[1] - t * dy];
    return thick + (thin - thick) * t - Math.sqrt(aside * aside + below * below);
  }
  const { rx, ry, angle } = shape;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [x - shape.x, y - shape.y];
  const radius = Math.hypot((cos * dx + sin * dy) / rx, (cos * dy - sin * dx) / ry);
  return (1 - radius) * Math.min(rx, ry);
}
