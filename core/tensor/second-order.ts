import * as tf from '@tensorflow/tfjs-core';

type GradFunc = tf.GradConfig['gradFunc'];

/** Replaces a gradient, or adds one that tfjs lacks; unlike `tf.registerGradient` without a warning. */
const register = (kernelName: string, inputsToSave: string[], gradFunc: GradFunc): void => {
  if (tf.getGradient(kernelName) !== undefined) tf.unregisterGradient(kernelName);
  tf.registerGradient({ kernelName, inputsToSave, gradFunc });
};

const unary = (kernelName: string, byInput: (dy: tf.Tensor, x: tf.Tensor) => tf.Tensor): void =>
  register(kernelName, ['x'], (dy, saved) => ({ x: () => byInput(dy as tf.Tensor, saved[0]!) }));

const COMPARISONS = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual'];

interface WindowAttributes {
  readonly filterSize: [number, number];
  readonly strides: [number, number];
  readonly pad: 'valid' | 'same';
}

const registerWindows = (): void => {
  register('AvgPoolGrad', ['dy', 'input'], (ddx, [, input], attributes) => {
    const { filterSize, strides, pad } = attributes as unknown as WindowAttributes;
    return {
      dy: () => tf.avgPool(ddx as tf.Tensor4D, filterSize, strides, pad),
      input: () => tf.zerosLike(input!),
    };
  });
  register('Conv2DBackpropFilter', ['x', 'dy'], (ddw, saved, attributes) => {
    const [x, dy] = saved as [tf.Tensor4D, tf.Tensor4D];
    const { strides, pad } = attributes as unknown as WindowAttributes;
    const filter = ddw as tf.Tensor4D;
    return {
      x: () => tf.conv2dTranspose(dy, filter, x.shape, strides, pad),
      dy: () => tf.conv2d(x, filter, strides, pad),
    };
  });
};

/**
 * Corrects and completes the gradients of tfjs-core 4.22, so that gradients of gradients are right on every backend.
 *
 * tfjs takes a *result* that an operation saved for its gradient for a constant, so second derivatives through exp, tanh,
 * sigmoid and softmax are silently wrong. Here they compute the result again from the saved input, by the same
 * formula: first derivatives do not change by a bit. Comparisons, average pooling and a convolution's kernel gradient
 * get the gradient they lack. Beyond repair are `tf.logSoftmax` and what is built on it: see cross-entropy.ts.
 *
 * Call it after tfjs has registered its own; calling it again changes nothing.
 */
export const registerSecondOrderGradients = (): void => {
  unary('Exp', (dy, x) => tf.mul(dy, tf.exp(x)));
  unary('Tanh', (dy, x) => tf.mul(tf.sub(1, tf.square(tf.tanh(x))), dy));
  unary('Sigmoid', (dy, x) => {
    const y = tf.sigmoid(x);
    return tf.mul(dy, tf.mul(y, tf.sub(1, y)));
  });
  register('Softmax', ['logits'], (dy, [logits], attributes) => ({
    logits: () => {
      const { dim } = attributes as unknown as { readonly dim: number };
      const y = tf.softmax(logits!, dim);
      const weighed = tf.mul(dy as tf.Tensor, y);
      return tf.sub(weighed, tf.mul(tf.sum(weighed, [dim], true), y));
    },
  }));
  for (const name of COMPARISONS) {
    register(name, ['a', 'b'], (_dy, [a, b]) => ({
      a: () => tf.zeros(a!.shape),
      b: () => tf.zeros(b!.shape),
    }));
  }
  unary('LogicalNot', (_dy, x) => tf.zeros(x.shape));
  registerWindows();
};
