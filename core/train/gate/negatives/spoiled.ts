import { AREA, SIDE } from '../../../gate/grey.ts';
import { invertSpectrum, spectrumOf } from '../../../gate/spectrum.ts';
import type { Random } from '../../../tensor/random.ts';

/** Squares in another order. @param across - squares along a side */
export const shuffled =
  (across: number) =>
  (random: Random, image: Float32Array): Float32Array => {
    const square = SIDE / across;
    const order = random.permutation(across * across);
    return mapped((x, y) => {
      const from = order[Math.floor(y / square) * across + Math.floor(x / square)]!;
      return image[
        (Math.floor(from / across) * square + (y % square)) * SIDE + (from % across) * square + (x % square)
      ]!;
    });
  };

/** Upside down. */
export const turned = (_: Random, image: Float32Array): Float32Array => image.slice().reverse();

/** Rows and columns exchanged: lying on its side. */
export const transposed = (_: Random, image: Float32Array): Float32Array => mapped((x, y) => image[x * SIDE + y]!);

/** Shifted by half a side, in one direction or in both; what leaves at an edge comes in at the other. */
export const rolled = (random: Random, image: Float32Array): Float32Array => {
  const [dx, dy] = [
    [SIDE / 2, 0],
    [0, SIDE / 2],
    [SIDE / 2, SIDE / 2],
  ][random.below(3)] as [number, number];
  return mapped((x, y) => image[((y + dy) % SIDE) * SIDE + ((x + dx) % SIDE)]!);
};

/** A patch of a quarter to five eighths of a side, enlarged to the whole. */
export const enlarged = (random: Random, image: Float32Array): Float32Array => {
  const side = random.uniform(SIDE / 4, (SIDE * 5) / 8);
  const [left, top] = [random.uniform(0, SIDE - side), random.uniform(0, SIDE - side)];
  const scale = (side - 1) / (SIDE - 1);
  return mapped((x, y) => bilinear(image, left + x * scale, top + y * scale));
};

/** The image's own spectrum with phases of noise: its texture without its form. */
export const scrambled = (random: Random, image: Float32Array): Float32Array => {
  const own = spectrumOf(image);
  const noise = spectrumOf(Float32Array.from({ length: AREA }, () => random.normal()));
  for (let i = 1; i < AREA; i++) {
    const gain =
      Math.hypot(own.real[i]!, own.imaginary[i]!) / Math.max(Math.hypot(noise.real[i]!, noise.imaginary[i]!), 1e-9);
    own.real[i] = noise.real[i]! * gain;
    own.imaginary[i] = noise.imaginary[i]! * gain;
  }
  return invertSpectrum(own);
};

export function bilinear(image: Float32Array, x: number, y: number, side = SIDE): number {
  const [x0, y0] = [Math.min(Math.floor(x), side - 2), Math.min(Math.floor(y), side - 2)];
  const [fx, fy] = [x - x0, y - y0];
  const at = y0 * side + x0;
  const upper = image[at]! * (1 - fx) + image[at + 1]! * fx;
  return upper * (1 - fy) + (image[at + side]! * (1 - fx) + image[at + side + 1]! * fx) * fy;
}

function mapped(value: (x: number, y: number) => number): Float32Array {
  return Float32Array.from({ length: AREA }, (_, i) => value(i % SIDE, Math.floor(i / SIDE)));
}
