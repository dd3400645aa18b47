import * as tf from '@tensorflow/tfjs-core';
import type { FeatureDistance } from './objective.ts';

/**
 * Squared distance of class means, over the whole last feature map.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const classMeans: FeatureDistance = {
  byStep: false,
  compares: 'features',
  distance: (real, synthetic) => tf.sum(tf.square(tf.sub(meansOf(synthetic), meansOf(real)))) as tf.Scalar,
};

function meansOf(features: tf.Tensor3D): tf.Tensor {
  // The gradient of a mean divides the whole map; of a sum that is scaled, its class's row.
  return tf.mul(tf.sum(features, 1), 1 / features.shape[1]);
}
