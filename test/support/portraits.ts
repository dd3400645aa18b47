import { concatImages, type Images } from '../../core/data/images.ts';
import { random } from '../../core/tensor/random.ts';

export const SIDE = 48;

/** Something as alike as aligned faces are: the same oval with two eyes and a mouth, and spots of its own. */
export const portrait = (seed: number, side = SIDE): Uint8Array => {
  const draw = random('portrait', seed);
  const unit = side / 48;
  const spots = Array.from({ length: 24 }, () => ({
    x: draw.uniform(4, 44),
    y: draw.uniform(4, 44),
    radius: draw.uniform(1.5, 5),
    light: draw.uniform(-60, 60),
  }));
  const face = [
    { x: 24, y: 24, radius: 15, light: 70 },
    { x: 16, y: 19, radius: 3, light: -70 },
    { x: 32, y: 19, radius: 3, light: -70 },
    { x: 24, y: 34, radius: 4, light: -50 },
  ];
  return Uint8Array.from({ length: side * side }, (_, at) => {
    const [x, y] = [((at % side) + 0.5) / unit, (Math.floor(at / side) + 0.5) / unit];
    const light = [...face, ...spots].reduce(
      (sum, spot) => sum + spot.light * Math.exp(-((x - spot.x) ** 2 + (y - spot.y) ** 2) / (2 * spot.radius ** 2)),
      90,
    );
    return Math.max(0, Math.min(255, Math.round(light)));
  });
};

/** Stripes that differ by their noise alone. */
export const stripes = (seed: number): Uint8Array => {
  const draw = random('stripes', seed);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % 12 < 6 ? 180 : 60) + draw.uniform(-8, 8));
};

/** Grey images side by side. */
export const album = (...images: readonly Uint8Array[]): Images<Uint8Array> =>
  concatImages(images.map((pixels) => ({ size: Math.sqrt(pixels.length), channels: 1, count: 1, pixels })));

/** Portraits of these seeds. */
export const portraits = (...seeds: readonly number[]): Images<Uint8Array> =>
  album(...seeds.map((seed) => portrait(seed)));
