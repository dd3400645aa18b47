import type { Architecture, NetChoice } from './architecture.ts';

/**
 * ConvNet-3, the net that dataset distillation is measured with (there of width 128).
 * @see Zhao, Mopuri and Bilen, Dataset Condensation with Gradient Matching (ICLR 2021)
 */
export const convnet: NetChoice = {
  about:
    'the ConvNet-3 of the distillation literature: three 3×3 convolutions of one width, each with instance norm, ReLU and ' +
    'a 2×2 average pool; the embedding is the whole last map. It has no batch statistics. The literature takes width 128.',
  architecture: (width) => convnetOf([width, width, width]),
};

/**
 * A ConvNet of any depth. A bias before a norm is left out: over one channel it would cancel, and beta does its work.
 * @param widths - channels of each block
 */
export function convnetOf(widths: readonly number[]): Architecture {
  return {
    blocks: widths.map((channels, i) => ({
      kind: 'conv',
      name: `conv${i}`,
      from: i === 0 ? 'images' : `conv${i - 1}`,
      kernel: 3,
      stride: 1,
      channels,
      norm: 'instance',
      relu: true,
      pool: 'average',
    })),
    embedding: 'flatten',
    initial: 'uniform',
  };
}
