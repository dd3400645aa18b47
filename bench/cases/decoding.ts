import { join } from 'node:path';
import sharp from 'sharp';
import { decodeImage, isDecoded } from '../../core/data/decode.ts';
import { lumaOf } from '../../core/data/decoding/kernel.ts';
import { sha256 } from '../../core/format/sha256.ts';
import { readFaces } from '../faces.ts';
import { CONFIG } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case } from './case.ts';

const CHECKED_IMAGES = 8;
const { size } = CONFIG.image;

type Decode = (bytes: Buffer) => Promise<Uint8Array>;

/** As a miner decodes: pixels and their hash. */
const own: Decode = async (bytes) => {
  const decoded = await decodeImage(bytes, CONFIG.image, CONFIG.limits);
  if (!isDecoded(decoded)) throw new TypeError(`An image of the benchmark is ${decoded.reason}: ${decoded.detail}.`);
  return decoded.pixels;
};

/** As it decoded all images once, and does those that are not plain. @param colourspace - grey stays grey */
const general =
  (colourspace: 'b-w' | 'srgb'): Decode =>
  async (bytes) => {
    const source = sharp(bytes, { failOn: 'error', limitInputPixels: CONFIG.limits.maxPixels, sequentialRead: true });
    const raw = await source
      .flatten({ background: 'white' })
      .autoOrient()
      .toColourspace(colourspace)
      .resize(size, size, { fit: 'cover', position: 'centre', kernel: 'lanczos3', fastShrinkOnLoad: false })
      .raw({ depth: 'uchar' })
      .toBuffer();
    const pixels = colourspace === 'b-w' ? raw : lumaOf(raw);
    sha256(pixels);
    return pixels;
  };

/** Files in memory to pixels and their hash, as many at once as there are threads. */
const decoding =
  (type: 'png' | 'jpg', colourspace: 'b-w' | 'srgb'): Case =>
  async (_, { inputs, threads, side }) => {
    const decode = side === 'sharp' ? general(colourspace) : own;
    const files = await readFaces(join(inputs, type));
    const first = await Promise.all(files.slice(0, CHECKED_IMAGES).map(decode));
    const pass = async (): Promise<void> => {
      const waiting = files.values();
      const work = async (): Promise<void> => {
        for (const bytes of waiting) await decode(bytes);
      };
      await Promise.all(Array.from({ length: threads }, work));
    };
    return {
      check: first.flatMap((pixels) => [...pixels]),
      lap: (steps) =>
        timed(steps * files.length, async () => {
          for (let i = 0; i < steps; i++) await pass();
        }),
    };
  };

export const pngDecoding = decoding('png', 'b-w');
export const jpegDecoding = decoding('jpg', 'srgb');
