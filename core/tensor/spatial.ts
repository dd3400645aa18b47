import * as tf from '@tensorflow/tfjs-core';
import { lazyGrad } from './lazy-grad.ts';

/*
 * Operations between a feature map `[n, h, w, c]` and one number per image and channel `[n, 1, 1, c]`. Their gradients
 * are each other, so they can be differentiated any number of times, and none of them is a sum over middle axes: wasm
 * would transpose the whole map for that.
 */

/** Mean over height and width. On wasm an average pool of the whole map, as `tf.mean` would transpose the map. */
export const spatialMean = (x: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x) => {
        const [, height, width] = x.shape;
        const wasm = tf.getBackend() === 'wasm';
        return { value: wasm ? tf.avgPool(x, [height, width], 1, 'valid') : tf.mean(x, [1, 2], true) };
      },
      gradients: (dy, [x]) => [() => spatialSpread(dy as tf.Tensor4D, x.shape)],
    },
    x,
  );

/** Every place's share of a mean's gradient: `v / (h · w)`, as large as the map. */
const spatialSpread = (v: tf.Tensor4D, shape: [number, number, number, number]): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (v) => ({ value: tf.mul(v, tf.fill(shape, 1 / (shape[1] * shape[2]))) }),
      gradients: (du) => [() => spatialMean(du as tf.Tensor4D)],
    },
    v,
  );

const spatialSum = (x: tf.Tensor4D): tf.Tensor4D => tf.mul(spatialMean(x), x.shape[1] * x.shape[2]) as tf.Tensor4D;

/** `x · v` */
export const spatialScale = (x: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, v) => ({ value: tf.mul(x, v) }),
      gradients: (dy, [x, v]) => [
        () => spatialScale(dy as tf.Tensor4D, v),
        () => spatialSum(tf.mul(dy, x) as tf.Tensor4D),
      ],
    },
    x,
    v,
  );

/** `x + v` */
export const spatialShift = (x: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, v) => ({ value: tf.add(x, v) }),
      gradients: (dy) => [() => tf.clone(dy), () => spatialSum(dy as tf.Tensor4D)],
    },
    x,
    v,
  );

/** Mean over height and width of `(x - centre)²`: one pass less than by shift and square. */
export const spatialVariance = (x: tf.Tensor4D, centre: tf.Tensor4D): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, centre) => ({ value: spatialMean(tf.squaredDifference(x, centre)) }),
      gradients: (dy, [x, centre]) => [
        () => {
          const share = tf.mul(dy, 2 / (x.shape[1] * x.shape[2])) as tf.Tensor4D;
          return spatialScale(spatialShift(x, tf.neg(centre)), share);
        },
        () => tf.mul(tf.mul(tf.sub(centre, spatialMean(x)), 2), dy),
      ],
    },
    x,
    centre,
  );
