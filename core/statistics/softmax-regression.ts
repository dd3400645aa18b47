import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../tensor/cross-entropy.ts';
import { minimise } from './lbfgs.ts';

/** Rows with their classes. */
export interface LabelledRows {
  readonly width: number;
  readonly classes: number;
  /** `[n, width]`, on scales that can be compared. */
  readonly values: Float32Array;
  /** `[n]` */
  readonly labels: Int32Array;
}

/** Coefficients of a linear classifier: its logits are `values · kernel + bias`. */
export interface SoftmaxCoefficients {
  /** `[width, classes]` */
  readonly kernel: Float32Array;
  /** `[classes]` */
  readonly bias: Float32Array;
}

/** Fits the same rows again and again, each time from where it was last; `dispose` it. */
export interface SoftmaxFitter {
  /** @param penalty - strength: the mean log-loss plus penalty / 2 · ‖kernel‖² is made least; the bias goes free */
  fit(penalty: number): SoftmaxCoefficients;
  dispose(): void;
}

/**
 * Multinomial logistic regression with a quadratic penalty. Sums are computed by the backend in single precision.
 * @see Hastie, Tibshirani & Friedman, The Elements of Statistical Learning (2009), 4.4
 */
export const softmaxFitter = ({ width, classes, values, labels }: LabelledRows): SoftmaxFitter => {
  const rows = tf.tensor2d(values, [labels.length, width]);
  const targets = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), classes), 'float32') as tf.Tensor2D);
  const size = width * classes;
  let coefficients = new Float32Array(size + classes);

  const logLoss = tf.valueAndGrads((kernel: tf.Tensor, bias: tf.Tensor) =>
    crossEntropy(tf.add(tf.matMul(rows, kernel as tf.Tensor2D), bias), targets),
  );

  const evaluate = (point: Float32Array, penalty: number): { value: number; gradient: Float32Array } => {
    const kernel = point.subarray(0, size);
    const at = [tf.tensor2d(kernel, [width, classes]), tf.tensor1d(point.subarray(size))];
    const { value: loss, grads } = logLoss(at);
    const gradient = new Float32Array(size + classes);
    grads.forEach((slope, i) => gradient.set(slope.dataSync(), i * size));
    let value = loss.dataSync()[0]!;
    for (let i = 0; i < size; i++) {
      value += (penalty / 2) * kernel[i]! ** 2;
      gradient[i]! += penalty * kernel[i]!;
    }
    tf.dispose([...at, loss, ...grads]);
    return { value, gradient };
  };

  return {
    fit(penalty) {
      coefficients = minimise(coefficients, (point) => evaluate(point, penalty)) as Float32Array<ArrayBuffer>;
      return { kernel: coefficients.slice(0, size), bias: coefficients.slice(size) };
    },
    dispose: () => tf.dispose([rows, targets]),
  };
};
