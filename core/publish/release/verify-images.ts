import sharp from 'sharp';
import type { DistilledImages } from '../../artifacts/distilled.ts';
import { releasedViewsFile } from '../../artifacts/released-views.ts';
import { setName } from '../../contracts/names.ts';
import { imageAt } from '../../data/images.ts';
import { splitViews } from '../../data/views.ts';
import { getObject } from '../../store/read.ts';
import type { Store } from '../../store/store.ts';
import type { Finding } from './check.ts';

/** Rounding to 256 levels moves a value by half a level at most; a whole one leaves room for float32. */
const TOLERANCE = 1 / 255;

/** Compares every view of a set, as PNG and in its table, with the exact floats and labels, and says what 8 bits lose. */
export const verifyImages = async (store: Store, set: DistilledImages): Promise<Finding> => {
  const { size, channels, spec, classOf, labels } = set;
  const name = setName(spec.spec);
  const table = releasedViewsFile(name, spec.classes);
  const fault = (line: string): Finding => ({ ok: false, line });
  const rows = await table.find(store);
  if (rows === undefined) return fault(`${table.key} is missing, as in releases of earlier versions.`);
  const views = splitViews(set, spec.factor);
  if (rows.length !== views.count) return fault(`${table.key} has ${rows.length} views and not ${views.count}.`);
  let largest = 0;
  for (const [i, { image, label, soft_label: soft }] of rows.entries()) {
    const path = `${name}/${image.path}`;
    const png = await getObject(store, path);
    const classes = spec.classes.length;
    const taught = labels.subarray(i * classes, (i + 1) * classes);
    if (label !== classOf[Math.floor(i / spec.factor ** 2)] || taught.some((value, c) => value !== soft[c])) {
      return fault(`${table.key}: the label of view ${i} is not that of labels.safetensors.`);
    }
    const bytes = await decode(png, channels);
    const exact = imageAt(views, i);
    if (bytes.length !== exact.length) return fault(`${path} is not ${size} × ${size} × ${channels}.`);
    for (let at = 0; at < exact.length; at++) {
      const difference = Math.abs(bytes[at]! / 255 - Math.max(0, Math.min(1, exact[at]!)));
      if (difference > TOLERANCE) {
        return fault(`${path} differs from images.safetensors by ${(255 * difference).toFixed(1)} of 255 levels.`);
      }
      largest = Math.max(largest, difference);
    }
    if (!png.equals(image.bytes)) return fault(`${path} is another image than in ${table.key}.`);
  }
  const loss = (255 * largest).toFixed(2);
  return {
    ok: true,
    line: `${name}: ${views.count} views match their floats; 8 bits lose at most ${loss} of 255 levels.`,
  };
};

async function decode(bytes: Buffer, channels: number): Promise<Buffer> {
  const image = sharp(bytes).removeAlpha();
  return (channels === 1 ? image.toColourspace('b-w') : image.toColourspace('srgb')).raw().toBuffer();
}
