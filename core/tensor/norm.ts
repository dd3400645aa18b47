import * as tf from '@tensorflow/tfjs-core';

/** Added to a variance before its root, as in PyTorch. */
export const NORM_EPSILON = 1e-5;

const AXES = [0, 1, 2];

/** Mean and variance of each channel over batch, height and width: `[c]` each. */
export interface ChannelMoments {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

export const channelMoments = (x: tf.Tensor4D): ChannelMoments => {
  const { mean, variance } = tf.moments(x, AXES);
  return { mean: mean as tf.Tensor1D, variance: variance as tf.Tensor1D };
};

/** Forward values, and a function from the gradient of the output to the gradients of x, gamma and beta. */
interface NormKernel {
  forward(x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): { value: tf.Tensor4D; saved: tf.Tensor[] };
  backward(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[];
}

const positive = (y: tf.Tensor): tf.Tensor => tf.cast(tf.greater(y, 0), 'float32');

/** Written in ordinary operations: for every backend. */
const portable: NormKernel = {
  forward: (x, gamma, beta) => {
    const centred = tf.sub(x, tf.mean(x, AXES));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), AXES), NORM_EPSILON));
    const normal = tf.mul(centred, inverse);
    const value = tf.relu(tf.add(tf.mul(normal, gamma), beta)) as tf.Tensor4D;
    return { value, saved: [normal, tf.mul(inverse, gamma), value] };
  },
  backward: (dy, [normal, scale, value]) => {
    const masked = tf.mul(dy, positive(value!));
    const count = normal!.size / normal!.shape[3]!;
    const dBeta = tf.sum(masked, AXES);
    const dGamma = tf.sum(tf.mul(masked, normal!), AXES);
    const common = tf.add(tf.mul(normal!, tf.div(dGamma, count)), tf.div(dBeta, count));
    return [tf.mul(tf.sub(masked, common), scale!), dGamma, dBeta];
  },
};

interface TensorflowBackend {
  executeMultipleOutputs(name: string, attributes: unknown[], inputs: tf.Tensor[], outputs: number): tf.Tensor[];
  executeSingleOutput(name: string, attributes: unknown[], inputs: tf.Tensor[]): tf.Tensor;
  binding: {
    TF_ATTR_TYPE: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_STRING: number;
    TF_FLOAT: number;
  };
}

const attributes = ({ binding }: TensorflowBackend) => {
  const float = { type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  return [
    { name: 'T', ...float },
    { name: 'U', ...float },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: NORM_EPSILON },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
};

/** TensorFlow's own kernels, called by name: a third of the time of the portable ones. */
const fused: NormKernel = {
  forward: (x, gamma, beta) => {
    const backend = tf.backend() as unknown as TensorflowBackend;
    const [none, alsoNone] = [tf.tensor1d([]), tf.tensor1d([])];
    const momentum = { name: 'exponential_avg_factor', type: backend.binding.TF_ATTR_FLOAT, value: 1 };
    const outputs = backend.executeMultipleOutputs(
      'FusedBatchNormV3',
      [...attributes(backend), momentum],
      [x, gamma, beta, none, alsoNone],
      6,
    );
    const [y, , , mean, inverse, reserve] = outputs as [tf.Tensor4D, ...tf.Tensor[]];
    const value = tf.relu(y);
    return { value, saved: [x, gamma, value, mean!, inverse!, reserve!] };
  },
  backward: (dy, [x, gamma, value, mean, inverse, reserve]) => {
    const backend = tf.backend() as unknown as TensorflowBackend;
    const float = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
    const masked = backend.executeSingleOutput('ReluGrad', float, [dy, value!]);
    const inputs = [masked, x!, gamma!, mean!, inverse!, reserve!];
    return backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes(backend), inputs, 5).slice(0, 3);
  },
};

/**
 * Batch normalisation with the batch's own statistics, then ReLU, with one hand-written gradient: differentiating
 * through the moments would take three times as many operations. First order only.
 * @param x - `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 * @see Ioffe and Szegedy, Batch Normalization (ICML 2015)
 */
export const batchNormRelu = (x: tf.Tensor4D, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D => {
  const kernel = tf.getBackend() === 'tensorflow' ? fused : portable;
  return tf.customGrad((...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [x, gamma, beta, save] = inputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const { value, saved } = kernel.forward(x, gamma, beta);
    save(saved);
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => kernel.backward(dy, saved) };
  })(x, gamma, beta) as tf.Tensor4D;
};
