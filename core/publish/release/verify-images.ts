import sharp from 'sharp';
import { type DistilledImages, distilledFiles } from '../../artifacts/distilled.ts';
import { setName } from '../../contracts/names.ts';
import { imageAt } from '../../data/images.ts';
import type { Store } from '../../store/store.ts';
import type { Finding } from './check.ts';

/** Rounding to 256 levels moves a value by half a level at most; a whole one leaves room for float32. */
const TOLERANCE = 1 / 255;

/** Compares every 8-bit image of a set with its exact floats, and says what the 8-bit view loses. */
export const verifyImages = async (store: Store, set: DistilledImages): Promise<Finding> => {
  const { size, channels, count, spec } = set;
  const name = setName(spec.spec);
  const files = distilledFiles(name);
  let largest = 0;
  for (let index = 0; index < count; index++) {
    const file = files.png(spec, set.classOf, index);
    const path = file.key;
    const bytes = await decode(await file.bytes(store), channels);
    const exact = imageAt(set, index);
    if (bytes.length !== exact.length) {
      return { ok: false, line: `${path} is not ${size} × ${size} × ${channels}.` };
    }
    for (let i = 0; i < exact.length; i++) {
      const difference = Math.abs(bytes[i]! / 255 - Math.max(0, Math.min(1, exact[i]!)));
      if (difference > TOLERANCE) {
        return {
          ok: false,
          line: `${path} differs from images.safetensors by ${(255 * difference).toFixed(1)} of 255 levels.`,
        };
      }
      largest = Math.max(largest, difference);
    }
  }
  const loss = (255 * largest).toFixed(2);
  return {
    ok: true,
    line: `${name}: ${count} images match their floats; 8 bits lose at most ${loss} of 255 levels.`,
  };
};

async function decode(bytes: Buffer, channels: number): Promise<Buffer> {
  const image = sharp(bytes).removeAlpha();
  return (channels === 1 ? image.toColourspace('b-w') : image.toColourspace('srgb')).raw().toBuffer();
}
