import { join } from 'node:path';
import { decodeImage, isDecoded } from '../../core/data/decode.ts';
import { readFaces } from '../faces.ts';
import { CONFIG } from '../inputs.ts';
import { timed } from '../stopwatch.ts';
import type { Case } from './case.ts';

const CHECKED_IMAGES = 8;

const decode = async (bytes: Buffer): Promise<Uint8Array> => {
  const decoded = await decodeImage(bytes, CONFIG.image, CONFIG.limits);
  if (!isDecoded(decoded)) throw new TypeError(`An image of the benchmark is ${decoded.reason}: ${decoded.detail}.`);
  return decoded.pixels;
};

/** Files in memory to pixels and their hash, as many at once as there are threads. */
const decoding =
  (type: 'png' | 'jpg'): Case =>
  async (_, { inputs, threads }) => {
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

export const pngDecoding = decoding('png');
export const jpegDecoding = decoding('jpg');
