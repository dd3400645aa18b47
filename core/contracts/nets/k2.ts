import type { ConvBlock, NetChoice } from './architecture.ts';

/** This project's own small net: 279,015 parameters at width 32 with grey images and seven classes. */
export const k2: NetChoice = {
  about:
    'five convolutions with batch norm and ReLU: 5×5 with stride 2, then four of 3×3, max-pooled after the first and the ' +
    'third; one, two and four times the width; the embedding is the mean over the last map. Fast on a processor.',
  architecture: (width) => ({
    blocks: [
      conv(0, 'images', 5, 2, width, true),
      conv(1, 'conv0', 3, 1, 2 * width, false),
      conv(2, 'conv1', 3, 1, 2 * width, true),
      conv(3, 'conv2', 3, 1, 4 * width, false),
      conv(4, 'conv3', 3, 1, 4 * width, false),
    ],
    embedding: 'mean',
    initial: 'he',
  }),
};

function conv(i: number, from: string, kernel: number, stride: 1 | 2, channels: number, pooled: boolean): ConvBlock {
  const block = { kind: 'conv', name: `conv${i}`, from, kernel, stride, channels, norm: 'batch', relu: true } as const;
  return pooled ? { ...block, pool: 'max' } : block;
}
