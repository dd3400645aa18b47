import type { Backbone, Layout } from '../contracts/backbones.ts';
import { type Images, imageAt } from '../data/images.ts';

/** Writes images as a model takes them, one behind the other. */
export type FillValues = (images: Images<Uint8Array>, start: number, count: number, mirrored: boolean) => Float32Array;

/** Values of a byte of each channel: (byte / 255 − mean) / deviation, in the order in which the model takes the channels. */
const tablesOf = ({ channels, mean, deviation }: Backbone): Float32Array[] =>
  Array.from({ length: channels }, (_, channel) => {
    const [away, scale] = [of(mean, channel), of(deviation, channel)];
    return Float32Array.from({ length: 256 }, (_, byte) => (byte / 255 - away) / scale);
  });

/** @returns float32 of `count` images; what another call has returned is overwritten where it had as many */
export const imageValues = (backbone: Backbone, layout: Layout): FillValues => {
  const { size, channels } = backbone;
  const tables = tablesOf(backbone);
  const area = size * size;
  // Steps between neighbours of a row of pixels, and between channels of a pixel.
  const [pixelStep, channelStep] = layout === 'nchw' ? [1, area] : [channels, 1];
  let values = new Float32Array(0);
  return (images, start, count, mirrored) => {
    if (values.length !== count * area * channels) values = new Float32Array(count * area * channels);
    for (let i = 0; i < count; i++) {
      const image = imageAt(images, start + i);
      const from = i * area * channels;
      tables.forEach((table, channel) => {
        const source = backbone.colours === 'bgr' ? channels - 1 - channel : channel;
        for (let y = 0; y < size; y++) {
          for (let x = 0; x < size; x++) {
            const at = y * size + (mirrored ? size - 1 - x : x);
            values[from + at * pixelStep + channel * channelStep] = table[image[(y * size + x) * channels + source]!]!;
          }
        }
      });
    }
    return values;
  };
};

function of(value: number | readonly number[], channel: number): number {
  return typeof value === 'number' ? value : value[channel]!;
}
