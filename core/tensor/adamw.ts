import * as tf from '@tensorflow/tfjs-core';

const [BETA_1, BETA_2, EPSILON] = [0.9, 0.999, 1e-8];

export interface AdamW {
  /** The current parameters, one flat vector. Owned by the optimiser. */
  readonly parameters: tf.Tensor1D;
  /** One step along `gradient` (a flat vector, which the caller disposes). */
  step(gradient: tf.Tensor1D, learningRate: number): void;
  /** To be given to `adamW` again, which then goes on from here. */
  state(): AdamWState;
  dispose(): void;
}

/** Parameters and both moments after `stepCount` steps. */
export interface AdamWState {
  readonly stepCount: number;
  readonly parameters: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

/** Where an optimisation starts: parameters and nothing learned yet. */
export const freshAdamW = (parameters: Float32Array): AdamWState => ({
  stepCount: 0,
  parameters,
  mean: new Float32Array(parameters.length),
  square: new Float32Array(parameters.length),
});

/**
 * AdamW over one flat vector: a dozen operations a step however many parameters a net has.
 * @param decaying - `[parameters]`, 1 where the weight decay acts and 0 where not; by default it acts everywhere
 * @see Loshchilov and Hutter, Decoupled Weight Decay Regularization (ICLR 2019)
 */
export const adamW = (start: AdamWState, weightDecay: number, decaying?: Float32Array): AdamW => {
  let { stepCount } = start;
  let [parameters, mean, square] = [tf.tensor1d(start.parameters), tf.tensor1d(start.mean), tf.tensor1d(start.square)];
  const acts = decaying === undefined || weightDecay === 0 ? tf.scalar(1) : tf.tensor1d(decaying);
  const values = (tensor: tf.Tensor): Float32Array => (tensor.dataSync() as Float32Array).slice();
  return {
    get parameters() {
      return parameters;
    },
    step(gradient, learningRate) {
      stepCount++;
      const before = [parameters, mean, square];
      [parameters, mean, square] = tf.tidy(() => {
        const m = tf.add(tf.mul(mean, BETA_1), tf.mul(gradient, 1 - BETA_1)) as tf.Tensor1D;
        const v = tf.add(tf.mul(square, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2)) as tf.Tensor1D;
        const root = tf.add(tf.sqrt(tf.div(v, 1 - BETA_2 ** stepCount)), EPSILON);
        const move = tf.div(tf.mul(m, learningRate / (1 - BETA_1 ** stepCount)), root);
        const kept = tf.sub(1, tf.mul(acts, learningRate * weightDecay));
        const next = tf.sub(tf.mul(parameters, kept), move) as tf.Tensor1D;
        // Kept: the caller may itself run inside a tidy.
        return [tf.keep(next), tf.keep(m), tf.keep(v)];
      });
      tf.dispose(before);
    },
    state: () => ({ stepCount, parameters: values(parameters), mean: values(mean), square: values(square) }),
    dispose() {
      tf.dispose([parameters, mean, square, acts]);
    },
  };
};
