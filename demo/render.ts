import sharp from 'sharp';
import type { Drawing } from './draw-face.ts';
import type { Look } from './looks.ts';
import type { DemoRandom } from './random.ts';
import { svg } from './svg.ts';

/** Height and width of a rendered image in pixels. */
export const SIDE = 64;
const COLUMNS = 16;
const CHANNELS = 3;

/** 8-bit RGB, `[SIDE, SIDE, 3]`. */
export type RenderedPixels = Uint8Array;

/** Draws many drawings as one sheet, because the cost of a rendering is mostly that of starting it. */
const renderSheet = async (drawings: readonly Drawing[]): Promise<RenderedPixels[]> => {
  const rows = Math.ceil(drawings.length / COLUMNS);
  const [width, height] = [COLUMNS * SIDE, rows * SIDE];
  const cells = drawings.map(
    (drawing, index) =>
      svg`<svg x="${(index % COLUMNS) * SIDE}" y="${Math.floor(index / COLUMNS) * SIDE}" width="${SIDE}" height="${SIDE}" viewBox="0 0 100 100">${drawing(`p${index}`)}</svg>`,
  );
  const sheet = svg`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${cells}</svg>`;
  const bytes = await sharp(Buffer.from(sheet)).flatten().removeAlpha().raw().toBuffer();
  return drawings.map((_, index) => {
    const pixels = new Uint8Array(SIDE * SIDE * CHANNELS);
    const [left, top] = [(index % COLUMNS) * SIDE, Math.floor(index / COLUMNS) * SIDE];
    for (let y = 0; y < SIDE; y++) {
      const start = ((top + y) * width + left) * CHANNELS;
      pixels.set(bytes.subarray(start, start + SIDE * CHANNELS), y * SIDE * CHANNELS);
    }
    return pixels;
  });
};

/** Weights of a Gaussian of the given deviation, sum 1. */
const gaussian = (deviation: number): number[] => {
  const radius = Math.ceil(2 * deviation);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
};

const blurAlong = (
  pixels: Float32Array,
  weights: readonly number[],
  step: number,
  place: (i: number) => number,
): Float32Array => {
  const radius = (weights.length - 1) / 2;
  return pixels.map((_, i) => {
    let sum = 0;
    for (let k = -radius; k <= radius; k++) {
      // Beyond the edge the edge itself goes on.
      const offset = Math.max(-place(i), Math.min(SIDE - 1 - place(i), k));
      sum += weights[k + radius]! * pixels[i + offset * step]!;
    }
    return sum;
  });
};

/** What the camera adds: blur, contrast, brightness and noise. */
const expose = (random: DemoRandom, look: Look, clean: RenderedPixels): RenderedPixels => {
  const weights = gaussian(Math.max(0.2, random.uniform(0, look.blur)));
  const across = blurAlong(Float32Array.from(clean), weights, CHANNELS, (i) => Math.floor(i / CHANNELS) % SIDE);
  const soft = blurAlong(across, weights, SIDE * CHANNELS, (i) => Math.floor(i / (SIDE * CHANNELS)));
  const contrast = random.uniform(...look.contrast);
  const brightness = random.normal(0, look.brightness);
  const noise = random.uniform(0, look.noise);
  const exposed = new Uint8Array(soft.length);
  for (let pixel = 0; pixel < soft.length; pixel += CHANNELS) {
    const grain = random.normal(0, noise);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const value = (soft[pixel + channel]! - 128) * contrast + 128 + brightness + grain;
      exposed[pixel + channel] = Math.max(0, Math.min(255, Math.round(value)));
    }
  }
  return exposed;
};

/**
 * Renders drawings as the look's camera would take them.
 * @returns one RGB buffer of SIDE × SIDE per drawing, in order
 */
export const render = async (
  random: DemoRandom,
  look: Look,
  drawings: readonly Drawing[],
): Promise<RenderedPixels[]> => {
  const rendered: RenderedPixels[] = [];
  for (let start = 0; start < drawings.length; start += COLUMNS * COLUMNS) {
    rendered.push(...(await renderSheet(drawings.slice(start, start + COLUMNS * COLUMNS))));
  }
  return rendered.map((pixels) => expose(random, look, pixels));
};

export const FILE_TYPES = ['png', 'jpg', 'webp'] as const;
export type FileType = (typeof FILE_TYPES)[number];

/** Encodes a rendered image as a file. */
export const encode = (pixels: RenderedPixels, type: FileType): Promise<Buffer> => {
  const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: CHANNELS } });
  if (type === 'png') return image.png({ compressionLevel: 6 }).toBuffer();
  return type === 'jpg' ? image.jpeg({ quality: 88 }).toBuffer() : image.webp({ quality: 88, effort: 1 }).toBuffer();
};
