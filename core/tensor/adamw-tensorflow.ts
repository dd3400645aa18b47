import * as tf from '@tensorflow/tfjs-core';
import { type OpAttributes, tensorflowOp } from './tensorflow-op.ts';

/** A vector that TensorFlow changes in place. */
export interface Variable {
  /** Has to be given to operations that change it. */
  readonly handle: tf.Tensor;
  /** Its values as they are now; the caller disposes them. A change while they are held is made to a copy. */
  read(): tf.Tensor1D;
  assign(values: tf.Tensor1D): void;
  dispose(): void;
}

/** What one step of Adam is told, its corrections for the first steps counted in. */
export interface AdamRates {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

let made = 0;

export const variableOf = (values: Float32Array): Variable => {
  // A name of its own: variables of one name are one variable.
  const attributes: OpAttributes = {
    types: ['dtype'],
    shapes: { shape: [values.length] },
    strings: { container: '', shared_name: `omnidistill-${made++}` },
  };
  const handle = tf.keep(tensorflowOp('VarHandleOp', attributes, [], 1)[0]!);
  const variable: Variable = {
    handle,
    read: () => tensorflowOp('ReadVariableOp', VALUES, [handle], 1)[0] as tf.Tensor1D,
    assign: (next) => void tensorflowOp('AssignVariableOp', VALUES, [handle, next], 0),
    dispose() {
      tensorflowOp('DestroyResourceOp', { types: [] }, [handle], 0);
      handle.dispose();
    },
  };
  // A copy: TensorFlow computes in the very memory of an array that it is given.
  tf.tidy(() => variable.assign(tf.tensor1d(values.slice())));
  return variable;
};

/** Moves parameters and both moments along a gradient in one pass. */
export const applyAdam = (
  [parameters, mean, square]: readonly [Variable, Variable, Variable],
  gradient: tf.Tensor1D,
  { learningRate, beta1, beta2, epsilon }: AdamRates,
): void =>
  tf.tidy(() => {
    // The powers of both betas are 0: what they correct is in the learning rate, which is no float32 before.
    const scalars = [0, 0, learningRate, beta1, beta2, epsilon].map((value) => tf.scalar(value));
    const moved = [parameters, mean, square].map(({ handle }) => handle);
    tensorflowOp('ResourceApplyAdam', STEP, [...moved, ...scalars, gradient], 0);
  });

const VALUES: OpAttributes = { types: ['dtype'] };
const STEP: OpAttributes = { types: ['T'], booleans: { use_locking: false, use_nesterov: false } };
