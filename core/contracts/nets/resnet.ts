import type { Block, ConvBlock, NetChoice } from './architecture.ts';

/** Residual blocks of each stage: those of ResNet-18. */
const BLOCKS = [2, 2, 2, 2];

/**
 * ResNet-18 with a stem for small images: 3×3 with stride 1 and no pool, where ImageNet's quarters the image at once.
 * @see He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition (CVPR 2016)
 */
export const resnet: NetChoice = {
  about:
    'ResNet-18 with a stem for small images: a 3×3 convolution, then four stages of two residual blocks with one, two, four ' +
    'and eight times the width and batch norm; the embedding is the mean over the last map. Width 64 is ResNet-18. For a GPU.',
  architecture: (width) => ({
    blocks: [
      conv('stem', 'images', 3, 1, width, true),
      ...BLOCKS.flatMap((count, stage) => Array.from({ length: count }, (_, i) => residual(width, stage, i)).flat()),
    ],
    embedding: 'mean',
    initial: 'he',
  }),
};

/** Two convolutions and a way around them, which is a 1×1 convolution where the shape changes. */
function residual(width: number, stage: number, i: number): Block[] {
  const before = i > 0 ? nameOf(stage, i - 1) : stage > 0 ? nameOf(stage - 1, BLOCKS[stage - 1]! - 1) : 'stem';
  const [name, channels] = [nameOf(stage, i), width * 2 ** stage];
  const changes = stage > 0 && i === 0;
  return [
    conv(`${name}.conv0`, before, 3, changes ? 2 : 1, channels, true),
    conv(`${name}.conv1`, `${name}.conv0`, 3, 1, channels, false),
    ...(changes ? [conv(`${name}.shortcut`, before, 1, 2, channels, false)] : []),
    { kind: 'sum', name, of: [`${name}.conv1`, changes ? `${name}.shortcut` : before] },
  ];
}

function nameOf(stage: number, i: number): string {
  return `stage${stage}.block${i}`;
}

function conv(name: string, from: string, kernel: number, stride: 1 | 2, channels: number, relu: boolean): ConvBlock {
  return { kind: 'conv', name, from, kernel, stride, channels, norm: 'batch', relu };
}
