import type { Images } from '../data/images.ts';
import { matrix, type NamedTensor } from '../format/safetensors.ts';
import type { Predictor } from '../nets/predictor.ts';
import type { Embedder } from './open-backbone.ts';

/** Puts every column of embeddings on the scale that it has among the labelled images. */
export interface Scale {
  /** `[width]` */
  readonly mean: Float32Array;
  /** One over the deviation, `[width]`; 0 for a column that says nothing there. */
  readonly factor: Float32Array;
}

/** A linear classifier of embeddings. */
export interface Head {
  readonly classes: number;
  readonly scale: Scale;
  /** `[width, classes]`, of scaled embeddings. */
  readonly kernel: Float32Array;
  /** `[classes]` */
  readonly bias: Float32Array;
}

/** A column that varies a thousand times less than the others is dead: in another image it would count for everything. */
const DEAD = 1e-3;

/** @param embeddings - `[n, width]` of labelled images */
export const scaleOf = (embeddings: Float32Array, width: number): Scale => {
  const count = embeddings.length / width;
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  embeddings.forEach((value, at) => (mean[at % width]! += value / count));
  embeddings.forEach((value, at) => (squares[at % width]! += (value - mean[at % width]!) ** 2 / count));
  const deviations = squares.map(Math.sqrt);
  const usual = deviations.reduce((sum, one) => sum + one, 0) / width;
  return {
    mean: Float32Array.from(mean),
    factor: Float32Array.from(deviations, (one) => (one > DEAD * usual ? 1 / one : 0)),
  };
};

/** The same embeddings, scaled: `[n, width]`. */
export const scaled = (embeddings: Float32Array, { mean, factor }: Scale): Float32Array => {
  const width = mean.length;
  return embeddings.map((value, at) => (value - mean[at % width]!) * factor[at % width]!);
};

/** Embeddings on one scale as they are on another; what the first has dropped is taken for its mean. */
export const rescaled = (embeddings: Float32Array, from: Scale, to: Scale): Float32Array => {
  const width = from.mean.length;
  return embeddings.map((value, at) => {
    const k = at % width;
    const before = from.mean[k]! + (from.factor[k] === 0 ? 0 : value / from.factor[k]!);
    return (before - to.mean[k]!) * to.factor[k]!;
  });
};

/** @param embeddings - scaled, `[n, width]` @returns logits `[n, classes]` */
export const headLogits = (embeddings: Float32Array, { kernel, bias, classes, scale }: Head): Float32Array => {
  const width = scale.mean.length;
  const logits = new Float32Array((embeddings.length / width) * classes);
  for (let row = 0; row * width < embeddings.length; row++) {
    for (let label = 0; label < classes; label++) {
      let sum = bias[label]!;
      for (let k = 0; k < width; k++) sum += embeddings[row * width + k]! * kernel[k * classes + label]!;
      logits[row * classes + label] = sum;
    }
  }
  return logits;
};

/** What a backbone and a head say of images in the backbone's shape; embeddings are scaled. It owns the backbone. */
export const headPredictor = (embedder: Embedder, head: Head): Predictor => ({
  async predict(images: Images) {
    const embeddings = scaled(await embedder.embed(images), head.scale);
    return { embeddings, logits: headLogits(embeddings, head) };
  },
  dispose: () => embedder.dispose(),
});

export const headToTensors = ({ classes, scale, kernel, bias }: Head): Record<string, NamedTensor> => ({
  mean: { shape: [scale.mean.length], data: scale.mean },
  factor: { shape: [scale.mean.length], data: scale.factor },
  kernel: matrix(scale.mean.length, kernel),
  bias: { shape: [classes], data: bias },
});

export const headFromTensors = ({ mean, factor, kernel, bias }: Readonly<Record<string, NamedTensor>>): Head => {
  const [m, f, k, b] = [mean?.data, factor?.data, kernel?.data, bias?.data];
  if (
    !(m instanceof Float32Array && f instanceof Float32Array && k instanceof Float32Array && b instanceof Float32Array)
  ) {
    throw new TypeError('A head needs float32 "mean", "factor", "kernel" and "bias".');
  }
  return { classes: b.length, scale: { mean: m, factor: f }, kernel: k, bias: b };
};
