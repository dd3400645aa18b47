import type * as tf from '@tensorflow/tfjs-core';

/** Recorded work, ready for inputs of the shapes that it was recorded with. */
export interface LoadedGraph {
  /** The caller disposes the outputs. */
  run(inputs: readonly tf.Tensor[]): Promise<tf.Tensor[]>;
  dispose(): void;
}

/** Used by recorded work, whose later values would never be seen. */
export function notGiven(): never {
  throw new RangeError('A tensor is used that compiled work was not given.');
}

/** What recorded work reads would decide for all later values. */
export function notToBeRead(): never {
  throw new RangeError('Compiled work cannot read the values of its tensors.');
}
