import type { DistilledImages } from '../artifacts/distilled.ts';
import { enlarged } from './views.ts';

/** What a net learns from: every view of every image at full size, with its own label row. */
export interface Views {
  readonly size: number;
  readonly channels: number;
  readonly count: number;
  /** `[count, size, size, channels]` in [0, 1] */
  readonly pixels: Float32Array;
  /** `[count, classes]` */
  readonly targets: Float32Array;
}

export const viewsOf = ({ spec, pixels, labels }: DistilledImages): Views => {
  const { size, channels, factor, images } = spec;
  const all = factor === 1 ? pixels : enlarged(pixels, images, size, channels, factor);
  return { size, channels, count: images * factor ** 2, pixels: all, targets: labels };
};
