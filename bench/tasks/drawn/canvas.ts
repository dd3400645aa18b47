import type { Random } from '../../../core/tensor/random.ts';

/** Brightness of a square image, `[side, side]`, 0 black to 1 white; values beyond are clipped at the end. */
export interface Canvas {
  readonly side: number;
  readonly values: Float32Array;
}

/** A picture as a function of the place: both coordinates from -1 to 1, to the right and down. */
export type Field = (x: number, y: number) => number;

/** Evaluates a field at the centre of every pixel. */
export const paint = (side: number, field: Field): Canvas => {
  const values = new Float32Array(side * side);
  for (let i = 0; i < values.length; i++) {
    values[i] = field((((i % side) + 0.5) / side) * 2 - 1, ((Math.floor(i / side) + 0.5) / side) * 2 - 1);
  }
  return { side, values };
};

/** 1 well inside, 0 well outside, and in between over a step of `softness` around 0. @param inside - distance to the edge */
export const coverage = (inside: number, softness: number): number => clip(0.5 + inside / softness);

export const clip = (value: number): number => Math.max(0, Math.min(1, value));
export const mix = (a: number, b: number, part: number): number => a + (b - a) * part;

/** The same picture turned clockwise by an angle in radians, scaled, and with its centre at another place. */
export const placed = (
  field: Field,
  { angle, scale, x: left, y: top }: { angle: number; scale: number; x: number; y: number },
): Field => {
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  return (x, y) => field(cos * (x - left) + sin * (y - top), cos * (y - top) - sin * (x - left));
};

/** Smooth random values in [0, 1] over the plane, one hill or valley a unit. */
export const valueNoise = (random: Random): Field => {
  const salt = random.below(2 ** 31);
  const at = (x: number, y: number): number => hash(x, y, salt);
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [a, b] = [smooth(x - left), smooth(y - top)];
    return mix(mix(at(left, top), at(left + 1, top), a), mix(at(left, top + 1), at(left + 1, top + 1), a), b);
  };
};

/** Value noise of several sizes, each half as large and half as strong as the one before. */
export const fractalNoise = (random: Random, octaves: number): Field => {
  const layers = Array.from({ length: octaves }, () => valueNoise(random));
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => layers.reduce((sum, layer, i) => sum + layer(x * 2 ** i, y * 2 ** i) / 2 ** i, 0) / total;
};

/** A number in [0, 1) that belongs to a place of a grid. */
export const hash = (x: number, y: number, salt: number): number => {
  let mixed = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ salt;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
};

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

/** How much a camera spoils an image. */
export interface Camera {
  /** Largest part that the light of one side adds or takes. */
  readonly light: number;
  /** Contrast as a factor: range. */
  readonly contrast: readonly [number, number];
  /** Noise of a pixel: largest standard deviation. */
  readonly noise: number;
  /** Largest part of a pixel that comes from its four neighbours. */
  readonly blur: number;
}

/** Light from a random side, blur, contrast and noise. @returns 8-bit grey, `[side, side]` */
export const photograph = (random: Random, { side, values }: Canvas, camera: Camera): Uint8Array => {
  const [across, down] = [random.uniform(-1, 1) * camera.light, random.uniform(-1, 1) * camera.light];
  const [contrast, noise] = [random.uniform(...camera.contrast), random.uniform(0, camera.noise)];
  const blur = random.uniform(0, camera.blur);
  const at = (x: number, y: number): number =>
    values[Math.max(0, Math.min(side - 1, y)) * side + Math.max(0, Math.min(side - 1, x))]!;
  return Uint8Array.from(values, (value, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const around = (at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1)) / 4;
    const lit = mix(value, around, blur) + (across * (x / side - 0.5) + down * (y / side - 0.5));
    return Math.round(255 * clip((lit - 0.5) * contrast + 0.5 + noise * random.normal()));
  });
};
