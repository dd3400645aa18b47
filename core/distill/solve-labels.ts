import * as tf from '@tensorflow/tfjs-core';
import type { Images } from '../data/images.ts';
import { probabilities } from '../nets/logits.ts';
import { readValues } from '../tensor/flat.ts';
import type { MicroBatches } from '../tensor/micro-batches.ts';
import { type FlatNet, lessonTensors, slopeOf } from './flat-net.ts';
import { slopeAlong } from './slopes.ts';

/** Where labels are solved for: a net, and what it would learn of the real images. */
export interface LabelAim {
  readonly net: FlatNet;
  /** The net's vector. */
  readonly at: tf.Tensor1D;
  /** The loss's gradient there, by the net's vector. */
  readonly target: Float32Array;
}

/**
 * How far what a net would learn of some images is from what it would learn of the real ones, ‖g − g*‖² / ‖g*‖², and the gradient of
 * that by the numbers that the images' labels are the softmax of. The loss's gradient g is linear in the labels y, ∂g/∂y_i = −J_i/n with J_i the
 * logits' derivative by the net's vector, so that ∂/∂y_i of the distance is −2 J_i (g − g*) / (n ‖g*‖²): the tangent of the
 * logits along g − g*.
 * @param images - standardised
 * @param logits - `[images.count, classes]`
 */
export const labelGradient = async (
  { net, at, target }: LabelAim,
  images: Images<Float32Array>,
  logits: Float32Array,
  passes: MicroBatches,
): Promise<{ readonly distance: number; readonly gradient: Float32Array }> => {
  const { graph, classes, named } = net;
  const { slope } = await slopeOf(net, at, { images, targets: probabilities(logits, classes) }, passes);
  const scale = target.reduce((sum, value) => sum + value * value, 0);
  const off = slope.map((value, i) => value - target[i]!);
  const distance = off.reduce((sum, value) => sum + value * value, 0) / scale;
  const direction = tf.tensor1d(off.map((value) => (2 * value) / scale));
  const gradient = new Float32Array(logits.length);
  await passes.run(images.count, (start, count) => {
    const part = readValues(() => {
      const { images: seen, targets: free } = lessonTensors({ images, targets: logits }, start, count);
      const along = (free: tf.Tensor): tf.Scalar =>
        slopeAlong(graph, named(at), named(direction), { images: seen, targets: tf.softmax(free) as tf.Tensor2D });
      return tf.mul(tf.grad(along as (x: tf.Tensor) => tf.Tensor)(free), count / images.count);
    });
    gradient.set(part, start * classes);
  });
  direction.dispose();
  return { distance, gradient };
};
