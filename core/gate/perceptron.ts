/** A net of one hidden layer that tells two kinds of vectors apart. */
export interface Perceptron {
  readonly inputs: number;
  readonly hidden: number;
  /** What every input is shifted and scaled by first: `[inputs]`. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** `[inputs, hidden]` and `[hidden]`, ReLU behind. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
  /** `[hidden]` */
  readonly head: Float32Array;
  readonly headBias: number;
}

/**
 * The log-odds of each vector to be of the wanted kind. Written without tensors: a vector takes microseconds, and it is
 * the same to the last bit on every backend.
 * @param vectors - `[n, inputs]`
 */
export const logOdds = (net: Perceptron, vectors: Float32Array): Float32Array => {
  const { inputs, hidden, mean, scale, kernel, bias, head, headBias } = net;
  const layer = new Float32Array(hidden);
  const result = new Float32Array(vectors.length / inputs);
  for (let row = 0; row < result.length; row++) {
    layer.set(bias);
    for (let i = 0; i < inputs; i++) {
      const value = (vectors[row * inputs + i]! - mean[i]!) * scale[i]!;
      const start = i * hidden;
      for (let j = 0; j < hidden; j++) layer[j]! += value * kernel[start + j]!;
    }
    let sum = headBias;
    for (let j = 0; j < hidden; j++) if (layer[j]! > 0) sum += layer[j]! * head[j]!;
    result[row] = sum;
  }
  return result;
};
