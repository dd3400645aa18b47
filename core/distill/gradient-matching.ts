import * as tf from '@tensorflow/tfjs-core';
import { type NamedTensors, namedTensors } from '../nets/run-graph.ts';
import { type Look, type Objective, viewsOf } from './objective.ts';
import { lossOf, slopeAlong } from './slopes.ts';

/** As in the reference code: keeps the cosine of a gradient that vanishes finite. */
const SHORTEST = 1e-6;

/**
 * Brings what a net would learn of the synthetic images near to what it would learn of the real ones: for each class the sum, over
 * every output of every kernel, of one minus the cosine of both gradients. Biases and norms are left out.
 *
 * Its gradient by the pixels is one of second order, ∂/∂x (v · ∂L/∂θ) with v the distance's gradient by what is learned of the
 * synthetic images.
 * @see Zhao, Mopuri and Bilen, Dataset Condensation with Gradient Matching (ICLR 2021)
 */
export const matchGradients: Objective = {
  byStep: false,
  gradient: (look, { real, synthetic, first, classes }) => {
    const of = (images: tf.Tensor4D, i: number): tf.Tensor4D => {
      const count = images.shape[0] / classes;
      return tf.slice(images, [i * count, 0, 0, 0], [count, -1, -1, -1]);
    };
    const parts = Array.from({ length: classes }, (_, i) =>
      tf.tidy(() => gradientOfClass(look, of(real, i), of(synthetic, i), first + i)),
    );
    return tf.concat(parts, 0);
  },
};

/** Of the images of one class `[n, size, size, channels]`, standardised, and `[m, size, size, channels]` in [0, 1]. */
function gradientOfClass(look: Look, real: tf.Tensor4D, synthetic: tf.Tensor4D, label: number): tf.Tensor4D {
  const { weights, tensors, factor, vary } = look;
  const { graph, classes } = weights.net;
  const names = Object.keys(tensors).filter((name) => tensors[name]!.rank > 1);
  const named = (kernels: readonly tf.Tensor[]): NamedTensors => namedTensors(names, kernels);
  const truth = (count: number): tf.Tensor2D => {
    const labels = tf.fill([count], label, 'int32') as tf.Tensor1D;
    return tf.cast(tf.oneHot(labels, classes), 'float32') as tf.Tensor2D;
  };
  const lesson = (images: tf.Tensor4D) => ({ images, targets: truth(images.shape[0]) });
  const learned = (images: tf.Tensor4D): tf.Tensor[] => {
    const loss = (...kernels: tf.Tensor[]) => lossOf(graph, { ...tensors, ...named(kernels) }, lesson(images));
    return tf.grads(loss)(names.map((name) => tensors[name]!));
  };
  const seen = (images: tf.Tensor4D): tf.Tensor4D => vary(viewsOf(images, factor));
  const [target, now] = [learned(vary(real)), learned(seen(synthetic))];
  const direction = named(tf.grads((...own: tf.Tensor[]) => gradientDistance(target, own))(now));
  const lossAlong = (images: tf.Tensor): tf.Scalar =>
    slopeAlong(graph, tensors, direction, lesson(seen(images as tf.Tensor4D)));
  return tf.grad(lossAlong as (x: tf.Tensor) => tf.Tensor)(synthetic) as tf.Tensor4D;
}

/**
 * The distance of two gradients, kernel by kernel.
 * @param target - of each kernel `[…, out]` @param own - of each kernel, of the same shapes
 */
export const gradientDistance = (target: readonly tf.Tensor[], own: readonly tf.Tensor[]): tf.Scalar =>
  tf.addN(own.map((one, i) => tf.sum(tf.sub(1, cosines(target[i]!, one))) as tf.Scalar));

/** Of the columns of two tensors `[…, out]`: `[out]`. */
function cosines(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const columns = (tensor: tf.Tensor): tf.Tensor => tf.reshape(tensor, [-1, tensor.shape.at(-1)!]);
  const [x, y] = [columns(a), columns(b)];
  const squares = tf.mul(tf.sum(tf.square(x), 0), tf.sum(tf.square(y), 0));
  return tf.div(tf.sum(tf.mul(x, y), 0), tf.add(tf.sqrt(tf.add(squares, SHORTEST ** 2)), SHORTEST));
}
