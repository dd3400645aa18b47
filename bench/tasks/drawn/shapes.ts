/** A part of a silhouette: points, sizes and angles in the units of `Field`. */
export type Shape =
  | { readonly kind: 'ellipse'; x: number; y: number; rx: number; ry: number; angle?: number }
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

/** Distance to the edge of a shape, positive inside; near the edge of an ellipse it is an estimate. */
export const insideOf = (shape: Shape, x: number, y: number): number => {
  if (shape.kind === 'limb') {
    const { from, to, thick, thin } = shape;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const along = ((x - from[0]) * dx + (y - from[1]) * dy) / (dx * dx + dy * dy || 1);
    const t = Math.max(0, Math.min(1, along));
    return thick + (thin - thick) * t - Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy);
  }
  const { rx, ry, angle = 0 } = shape;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [x - shape.x, y - shape.y];
  const radius = Math.hypot((cos * dx + sin * dy) / rx, (cos * dy - sin * dx) / ry);
  return (1 - radius) * Math.min(rx, ry);
};

/** Distance to the edge of all shapes together, positive inside. */
export const insideAny = (shapes: readonly Shape[], x: number, y: number): number =>
  shapes.reduce((most, shape) => Math.max(most, insideOf(shape, x, y)), -9);
