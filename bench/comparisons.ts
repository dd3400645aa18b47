/** A piece of work that ours and a peer are measured on. */
export interface Comparison {
  readonly name: string;
  readonly title: string;
  readonly unit: 'images' | 'steps';
  /** Steps of one lap; on wasm a quarter, on a GPU sixteen times as many. */
  readonly steps: number;
  readonly warmUp: number;
  /** Which sides take part: backends and onnxruntime against layouts, or libraries. */
  readonly kind: 'net' | 'net without peer' | 'decoder';
  /** Measured with two threads an operation as well. */
  readonly alsoOnTwo?: boolean;
  /** Largest difference of the check's values. */
  readonly tolerance: number;
}

/** The decoder of the product, and the library that it leaves what is not plain to. */
export const OWN_DECODER = 'omnidistill';
export const SHARP = 'sharp';

const SUMS = 1e-4;

export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'convnet-training',
    title: 'ConvNet-3 training step, batch 64',
    unit: 'images',
    steps: 16,
    warmUp: 4,
    kind: 'net',
    tolerance: SUMS,
  },
  {
    name: 'convnet-embedding',
    title: 'ConvNet-3 embedding, batch 256',
    unit: 'images',
    steps: 12,
    warmUp: 4,
    kind: 'net',
    tolerance: SUMS,
  },
  {
    name: 'k2-training',
    title: 'k2 training step, batch 64',
    unit: 'images',
    steps: 24,
    warmUp: 4,
    kind: 'net',
    alsoOnTwo: true,
    tolerance: SUMS,
  },
  {
    name: 'k2-fitting',
    title: 'k2 training step, input included',
    unit: 'images',
    steps: 24,
    warmUp: 4,
    // Beside the peer's steps alone, whose batch lies ready.
    kind: 'net',
    alsoOnTwo: true,
    tolerance: 0,
  },
  {
    name: 'k2-embedding',
    title: 'k2 embedding, batch 256',
    unit: 'images',
    steps: 24,
    warmUp: 4,
    kind: 'net',
    alsoOnTwo: true,
    tolerance: SUMS,
  },
  {
    name: 'resnet-training',
    title: 'ResNet-18 of width 32, training step, batch 64',
    unit: 'images',
    steps: 2,
    warmUp: 1,
    kind: 'net without peer',
    // Three steps of AdamW through twenty norms.
    tolerance: 1e-2,
  },
  {
    name: 'resnet-embedding',
    title: 'ResNet-18 of width 32, embedding, batch 256',
    unit: 'images',
    steps: 2,
    warmUp: 1,
    kind: 'net without peer',
    tolerance: SUMS,
  },
  {
    name: 'matching',
    title: 'distribution-matching step, 7 × (48 real, 24 views)',
    unit: 'steps',
    steps: 8,
    warmUp: 4,
    kind: 'net',
    alsoOnTwo: true,
    // Adam's first step is the gradient's sign, which is chance where the gradient is next to zero.
    tolerance: 1e-2,
  },
  {
    name: 'decode-png',
    title: 'decode PNG, 48 × 48 grey',
    unit: 'images',
    steps: 12,
    warmUp: 2,
    kind: 'decoder',
    tolerance: SUMS,
  },
  {
    name: 'decode-jpeg',
    title: 'decode JPEG, 112 × 112 colour to 48 × 48 grey',
    unit: 'images',
    steps: 4,
    warmUp: 2,
    kind: 'decoder',
    // Two ways to scale and to make grey.
    tolerance: 0.1,
  },
];
