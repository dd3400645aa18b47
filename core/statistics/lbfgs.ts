/** Value and gradient of a function at a point. */
export interface At {
  readonly value: number;
  readonly gradient: Float32Array;
}

export interface LbfgsOptions {
  /** @default 100 */
  readonly steps?: number;
  /** It ends where a step gains less than this part of the value. @default 1e-6 */
  readonly enough?: number;
}

/** Steps whose curvature is remembered. */
const MEMORY = 10;
/** Part of the gain that the slope promises which a step must bring (Armijo). */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 20;

/**
 * Least value of a smooth convex function by L-BFGS with backtracking; the same every time.
 * @see Nocedal & Wright, Numerical Optimization (2006), algorithm 7.5
 */
export const minimise = (
  start: Float32Array,
  evaluate: (point: Float32Array) => At,
  { steps = 100, enough = 1e-6 }: LbfgsOptions = {},
): Float32Array => {
  let [point, at] = [start, evaluate(start)];
  const memory: { readonly moved: Float32Array; readonly turned: Float32Array; readonly curvature: number }[] = [];
  for (let step = 0; step < steps; step++) {
    const direction = descent(at.gradient, memory);
    const slope = dot(direction, at.gradient);
    if (slope >= 0) break;
    // Without any curvature a step as long as the gradient may be far too long.
    let length = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let next = evaluate(along(point, direction, length));
    for (let i = 0; i < MOST_HALVINGS && !(next.value <= at.value + SUFFICIENT * length * slope); i++) {
      length /= 2;
      next = evaluate(along(point, direction, length));
    }
    if (!(next.value < at.value)) break;
    const moved = direction.map((value) => value * length);
    const turned = next.gradient.map((value, i) => value - at.gradient[i]!);
    const curvature = dot(moved, turned);
    if (curvature > 0) memory.push({ moved, turned, curvature });
    if (memory.length > MEMORY) memory.shift();
    const gain = at.value - next.value;
    [point, at] = [along(point, direction, length), next];
    if (gain < enough * Math.abs(at.value)) break;
  }
  return point;
};

/** Minus the gradient, turned by what is remembered of the curvature. */
function descent(
  gradient: Float32Array,
  memory: readonly { readonly moved: Float32Array; readonly turned: Float32Array; readonly curvature: number }[],
): Float32Array {
  const direction = gradient.map((value) => -value);
  const parts = new Array<number>(memory.length).fill(0);
  for (let i = memory.length - 1; i >= 0; i--) {
    const { moved, turned, curvature } = memory[i]!;
    parts[i] = dot(moved, direction) / curvature;
    add(direction, turned, -parts[i]!);
  }
  const last = memory.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.turned, last.turned);
    direction.forEach((value, i) => (direction[i] = value * scale));
  }
  memory.forEach(({ moved, turned, curvature }, i) => {
    add(direction, moved, parts[i]! - dot(turned, direction) / curvature);
  });
  return direction;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(target: Float32Array, other: Float32Array, times: number): void {
  for (let i = 0; i < target.length; i++) target[i]! += times * other[i]!;
}

function along(point: Float32Array, direction: Float32Array, length: number): Float32Array {
  return point.map((value, i) => value + length * direction[i]!);
}
