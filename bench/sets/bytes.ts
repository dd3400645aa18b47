import type { DistilledImages } from '../../core/artifacts/distilled.ts';
import { imageAt, toBytes } from '../../core/data/images.ts';
import { encodePng } from '../../core/format/png.ts';
import { type BankLabels, bitsOf, type Row } from './rows.ts';

/** Of a set's images as PNG. */
export const pngBytes = (set: DistilledImages): number => {
  const { size, channels, count } = set;
  const all = toBytes(set);
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += encodePng(imageAt(all, i), size, size, channels).length;
  return bytes;
};

/** Of the labels of a row's views. */
export const bankBytes = ({ views, labels }: Row, classes: number): number =>
  Math.ceil((views * bitsOf(labels as BankLabels, classes)) / 8);

/** Of a set's labels: of its views, or a byte for each class and image. */
export const setLabelBytes = ({ spec }: DistilledImages, row: Row): number => {
  const classes = spec.classes.length;
  if (row.views > 0) return bankBytes(row, classes);
  return row.labels === 'hard' ? 0 : spec.images * spec.factor ** 2 * classes;
};
