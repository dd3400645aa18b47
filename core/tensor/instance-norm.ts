import * as tf from '@tensorflow/tfjs-core';
import { NORM_EPSILON } from './batch-norm.ts';
import { lazyGrad } from './lazy-grad.ts';
import { averageUnpool } from './relu-pool.ts';

/** What follows the norm inside the same gradient. Fused, a map is read and written fewer times. */
export type InstanceNormTail = 'nothing' | 'relu-pool';

/**
 * Instance normalisation with a scale and a shift per channel, and what follows it, with one hand-written gradient.
 * @param x - float32 `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 * @param tail - `relu-pool` averages 2×2 places after ReLU; an odd last row or column is dropped
 * @see Ulyanov, Vedaldi and Lempitsky, Instance Normalization (2016)
 */
export const instanceNorm = (
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  tail: InstanceNormTail,
): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, gamma, beta) => {
        const { mean, inverse } = tf.tidy(() => statisticsOf(x));
        const normal = tf.tidy(() => {
          const scale = tf.mul(inverse, gamma);
          return tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
        });
        if (tail === 'nothing') return { value: normal, kept: [mean, inverse] };
        const active = tf.relu(normal) as tf.Tensor4D;
        return { value: tf.avgPool(active, 2, 2, 'valid'), kept: [mean, inverse, active] };
      },
      gradients: (dy, [x, gamma], [mean, inverse, active]) => {
        const [dx, dGamma, dBeta] = tf.tidy(() => {
          const atNorm = active === undefined ? dy : averageUnpool(dy as tf.Tensor4D, active as tf.Tensor4D);
          return backward(atNorm as tf.Tensor4D, x, gamma, { mean: mean!, inverse: inverse! });
        });
        return [() => dx, () => dGamma, () => dBeta];
      },
    },
    x,
    gamma,
    beta,
  );

/** Per image and channel, `[n, 1, 1, c]` each. */
type Statistics = {
  readonly mean: tf.Tensor;
  /** 1 / √(variance + ε) */
  readonly inverse: tf.Tensor;
};

function statisticsOf(x: tf.Tensor4D): Statistics {
  const mean = spatialMean(x);
  const variance = spatialMean(tf.squaredDifference(x, mean));
  return { mean, inverse: tf.rsqrt(tf.add(variance, NORM_EPSILON)) };
}

/** Gradients of the norm alone by x, gamma and beta. */
function backward(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  { mean, inverse }: Statistics,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const places = x.shape[1] * x.shape[2];
  const byShift = spatialMean(dy);
  // The mean of dy times the normalised x, without making that map.
  const byScale = tf.mul(tf.sub(spatialMean(tf.mul(dy, x)), tf.mul(byShift, mean)), inverse);
  const sumOverImages = (v: tf.Tensor): tf.Tensor => tf.mul(tf.sum(v, [0, 1, 2]), places);
  // dx = inverse · (γ·dy - mean(γ·dy) - normalised x · mean(γ·dy · normalised x)), sorted by powers of x.
  const linear = tf.neg(tf.mul(tf.square(inverse), tf.mul(byScale, gamma)));
  const constant = tf.add(tf.mul(inverse, tf.mul(byShift, gamma)), tf.mul(mean, linear));
  const dx = tf.add(tf.mul(dy, tf.mul(inverse, gamma)), tf.add(tf.mul(x, linear), tf.neg(constant)));
  return [dx, sumOverImages(byScale), sumOverImages(byShift)];
}

/** Mean over height and width. On wasm an average pool of the whole map, as `tf.mean` would transpose the map. */
function spatialMean(x: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = x.shape;
  return tf.getBackend() === 'wasm' ? tf.avgPool(x, [height, width], 1, 'valid') : tf.mean(x, [1, 2], true);
}
