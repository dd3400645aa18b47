import { createHash } from 'node:crypto';
import type { ConfigOverrides, RunConfig } from '../../core/contracts/config.ts';
import { resolveConfig } from '../../core/contracts/presets.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { initialTheta, type Weights } from '../../core/nets/weights.ts';
import { random } from '../../core/tensor/random.ts';

export const SIZE = 16;

/** The smallest net and the shortest recipes that still run every line. */
export const toyConfig = (more: ConfigOverrides = {}): RunConfig =>
  resolveConfig('quick', {
    image: { size: SIZE },
    net: { width: 4 },
    primitive: { steps: 6, batch: 8, mixup: 0.3, ema: 0.5 },
    student: { steps: 6, labelledPerBatch: 4, minedPerBatch: 4, ema: 0.5 },
    distill: {
      ipc: [1],
      matching: { steps: 4, checkpoints: [3], nets: 2, realPerClass: 4, syntheticPerClass: 8, learningRate: 0.02 },
    },
    evaluate: {
      only: { steps: 4, batch: 8 },
      boost: { steps: 3, labelledPerBatch: 4, setPerBatch: 4, ema: 0.5, learningRate: 1e-3 },
    },
    ...more,
  });

/**
 * Noisy images of which class c has a bright band in its c-th part from the top: easy to tell apart, and mirroring
 * changes no class.
 */
export const toySet = (perClass: number, classes: number, seed: number, channels = 1): ImageSet => {
  const draw = random('toy', seed);
  const count = perClass * classes;
  const values = SIZE * SIZE * channels;
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const pixels = Uint8Array.from({ length: count * values }, (_, at) => {
    const row = Math.floor((at % values) / (SIZE * channels));
    const bright = Math.floor((row * classes) / SIZE) === labels[Math.floor(at / values)];
    return (bright ? 190 : 60) + draw.uniform(-40, 40);
  });
  const keys = [...labels].map((label, i) => `${label}/${seed}-${i}.png`);
  const sha256 = keys.map((_, i) => {
    return createHash('sha256')
      .update(pixels.subarray(i * values, (i + 1) * values))
      .digest('hex');
  });
  return { size: SIZE, channels, count, pixels, labels, keys, sha256 };
};

/** An untrained net with harmless batch-norm statistics. */
export const toyWeights = (seed: number, classes: number, channels = 1): Weights => {
  const spec = { width: 4, channels, classes };
  const moments = new Float32Array([4, 8, 8, 16, 16].flatMap((n) => [...Array(n).fill(0), ...Array(n).fill(1)]));
  return { spec, theta: initialTheta(spec, ['toy', seed]), moments };
};

export const bytesOf = (values: Float32Array): Buffer =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength);
