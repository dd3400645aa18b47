import * as tf from '@tensorflow/tfjs-core';
import { gradientIsDifferentiated, lazyGrad } from './lazy-grad.ts';
import { NORM_EPSILON } from './norm.ts';
import { averageUnpool, keptByRelu } from './relu-pool.ts';
import { spatialMean, spatialScale, spatialShift, spatialVariance } from './spatial.ts';

/** What follows the norm inside the same gradient. Fused, a map is read and written fewer times. */
export type NormTail = 'nothing' | 'relu' | 'relu-pool';

/** Per image and channel, `[n, 1, 1, c]` each; equal within a group. */
interface Statistics {
  readonly mean: tf.Tensor4D;
  /** 1 / √(variance + ε) */
  readonly inverse: tf.Tensor4D;
}

/** Means over the channels of a group, put back at every channel of it; `v` is `[n, 1, 1, c]`. */
const overGroups = (v: tf.Tensor4D, groups: number): tf.Tensor4D => {
  const [n, , , channels] = v.shape;
  if (groups === channels) return v;
  const grouped = tf.mean(tf.reshape(v, [n, groups, channels / groups]), 2, true);
  return tf.reshape(tf.tile(grouped, [1, 1, channels / groups]), v.shape);
};

const statisticsOf = (x: tf.Tensor4D, groups: number): Statistics => {
  const mean = overGroups(spatialMean(x), groups);
  const variance = overGroups(spatialVariance(x, mean), groups);
  return { mean, inverse: tf.rsqrt(tf.add(variance, NORM_EPSILON)) as tf.Tensor4D };
};

/** The norm as one scale and one shift per image and channel. */
const affine = (x: tf.Tensor4D, { mean, inverse }: Statistics, gamma: tf.Tensor1D, beta: tf.Tensor1D): tf.Tensor4D => {
  const scale = tf.mul(inverse, gamma) as tf.Tensor4D;
  return spatialShift(spatialScale(x, scale), tf.sub(beta, tf.mul(mean, scale)) as tf.Tensor4D);
};

/** Gradients of the norm alone by x, gamma and beta, in operations that can be differentiated again. */
const backward = (
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  { mean, inverse }: Statistics,
  groups: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] => {
  const places = x.shape[1] * x.shape[2];
  const byShift = spatialMean(dy);
  // The mean of dy times the normalised x, without making that map.
  const byScale = tf.mul(tf.sub(spatialMean(tf.mul(dy, x)), tf.mul(byShift, mean)), inverse) as tf.Tensor4D;
  const sumOverImages = (v: tf.Tensor4D): tf.Tensor => tf.mul(tf.sum(v, [0, 1, 2]), places);
  // dx = inverse · (γ·dy - mean(γ·dy) - normalised x · mean(γ·dy · normalised x)), sorted by powers of x.
  const linear = tf.neg(tf.mul(tf.square(inverse), overGroups(tf.mul(byScale, gamma), groups)));
  const constant = tf.add(tf.mul(inverse, overGroups(tf.mul(byShift, gamma), groups)), tf.mul(mean, linear));
  const dx = tf.add(
    spatialScale(dy, tf.mul(inverse, gamma)),
    spatialShift(spatialScale(x, linear as tf.Tensor4D), tf.neg(constant) as tf.Tensor4D),
  );
  return [dx, sumOverImages(byScale), sumOverImages(byShift)];
};

/** The gradient of the tail by the norm's own output. */
const beforeTail = (dy: tf.Tensor4D, active: tf.Tensor4D | undefined, tail: NormTail): tf.Tensor4D => {
  if (active === undefined) return dy;
  return tail === 'relu' ? keptByRelu(dy, active) : averageUnpool(dy, active);
};

/**
 * Group normalisation with a scale and a shift per channel, and what follows it, with one hand-written gradient.
 * Differentiable any number of times.
 * @param x - float32 `[n, h, w, c]`
 * @param gamma - `[c]`
 * @param beta - `[c]`
 * @param groups - divides c; c groups are instance normalisation
 * @param tail - `relu-pool` averages 2×2 places after ReLU; an odd last row or column is dropped
 * @see Wu and He, Group Normalization (ECCV 2018)
 */
export const groupNorm = (
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  groups: number,
  tail: NormTail = 'nothing',
): tf.Tensor4D =>
  lazyGrad(
    {
      forward: (x, gamma, beta) => {
        const statistics = statisticsOf(x, groups);
        const normal = affine(x, statistics, gamma, beta);
        const { mean, inverse } = statistics;
        if (tail === 'nothing') return { value: normal, kept: [mean, inverse] };
        const active = tf.relu(normal);
        const value = tail === 'relu' ? active : tf.avgPool(active, 2, 2, 'valid');
        return { value, kept: [mean, inverse, active] };
      },
      gradients: (dy, [x, gamma], [mean, inverse, active]) => {
        const [dx, dGamma, dBeta] = tf.tidy(() => {
          const kept = { mean: mean as tf.Tensor4D, inverse: inverse as tf.Tensor4D };
          const statistics = gradientIsDifferentiated() ? statisticsOf(x, groups) : kept;
          return backward(
            beforeTail(dy as tf.Tensor4D, active as tf.Tensor4D | undefined, tail),
            x,
            gamma,
            statistics,
            groups,
          );
        });
        return [() => dx, () => dGamma, () => dBeta];
      },
    },
    x,
    gamma,
    beta,
  );
