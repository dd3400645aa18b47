import * as tf from '@tensorflow/tfjs-core';

/** An operation of ours, differentiable once. */
export interface LazyGrad<Inputs extends readonly tf.Tensor[]> {
  /** The value, and what of the forward pass the gradients want to reuse: no tensor twice. */
  forward(...inputs: Inputs): { readonly value: tf.Tensor; readonly kept?: readonly tf.Tensor[] };
  /** For each input a function that computes its gradient. It is called only where that gradient is needed. */
  gradients(dy: tf.Tensor, inputs: Inputs, kept: readonly tf.Tensor[]): (() => tf.Tensor)[];
}

/**
 * `tf.customGrad`, but each input's gradient is computed only if something depends on it: a frozen net costs no kernel
 * gradients, and images that are data no image gradient.
 */
export const lazyGrad = <const Inputs extends readonly tf.Tensor[], Output extends tf.Tensor = tf.Tensor>(
  operation: LazyGrad<Inputs>,
  ...inputs: Inputs
): Output =>
  engine().runKernelFunc({
    inputs: Object.fromEntries(inputs.map((input, i) => [String(i), input])),
    forwardFunc: (_backend, save) => {
      const { value, kept = [] } = operation.forward(...inputs);
      save([...inputs, ...kept]);
      return value;
    },
    backwardsFunc: (dy, saved) => {
      const given = saved.slice(0, inputs.length) as unknown as Inputs;
      const thunks = operation.gradients(dy, given, saved.slice(inputs.length));
      return Object.fromEntries(thunks.map((thunk, i) => [String(i), thunk]));
    },
  }) as Output;

/** Part of the engine that `tf.customGrad` itself is made of; not in its public types. */
interface GradientEngine {
  runKernelFunc(call: {
    readonly inputs: Readonly<Record<string, tf.Tensor>>;
    readonly forwardFunc: (backend: unknown, save: tf.GradSaveFunc) => tf.Tensor;
    readonly backwardsFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
  }): tf.Tensor;
}

function engine(): GradientEngine {
  return tf.engine() as unknown as GradientEngine;
}
