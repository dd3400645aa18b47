import * as tf from '@tensorflow/tfjs-core';
import type { Net } from '../nets/net.ts';
import { trainForward } from '../nets/train-forward.ts';
import { type Compiled, compiled } from '../tensor/compiled/compiled.ts';
import { crossEntropy } from '../tensor/cross-entropy.ts';
import { flatten, unflatten } from '../tensor/flat.ts';
import type { MicroBatches } from '../tensor/micro-batches.ts';
import type { Batch } from './batches.ts';

export interface Gradient {
  /** Flat, in the order of the parameters. */
  readonly gradient: tf.Tensor1D;
  readonly loss: tf.Scalar;
}

/** A part of a batch as tensors. */
export interface BatchRows {
  /** Place of its first row in the batch. */
  readonly start: number;
  /** `[rows, size, size, channels]` */
  readonly images: tf.Tensor4D;
  /** `[rows, classes]` */
  readonly targets: tf.Tensor2D;
  /** `[rows, size, size, channels]`, where the batch has them. */
  readonly secondViews: tf.Tensor4D | undefined;
}

/** Makes the targets that are learned from those of the batch, or gives those. The caller disposes them. */
export type Retarget = (rows: BatchRows) => Promise<tf.Tensor2D>;

/** Gradients of one net; `dispose` them. */
export interface Gradients {
  /** Gradient of the mean loss over a batch; the caller disposes both tensors. */
  of(parameters: tf.Tensor1D, batch: Batch, passes: MicroBatches, retarget?: Retarget): Promise<Gradient>;
  dispose(): void;
}

export const gradientsOf = (net: Net): Gradients => {
  const pass = trainingPass(net);
  return {
    async of(parameters, batch, passes, retarget = async ({ targets }) => targets) {
      const parts: { rows: number; found: Gradient }[] = [];
      try {
        await passes.run(batch.count, async (start, rows) => {
          const part = rowsOf(net, batch, start, rows);
          let learned = part.targets;
          try {
            learned = await retarget(part);
            const [gradient, loss] = await pass.run(parameters, part.images, learned);
            parts.push({ rows, found: { gradient, loss } });
          } finally {
            tf.dispose([part.images, part.targets, learned]);
            part.secondViews?.dispose();
          }
        });
      } catch (error) {
        for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
        throw error;
      }
      const [only, ...more] = parts;
      return only !== undefined && more.length === 0 ? only.found : meanOf(parts, batch.count);
    },
    dispose: pass.dispose,
  };
};

type PassInputs = readonly [parameters: tf.Tensor1D, images: tf.Tensor4D, targets: tf.Tensor2D];
type PassOutputs = [gradient: tf.Tensor1D, loss: tf.Scalar];

/** Forwards and backwards through a net in training, from its flat parameters to their flat gradient and the mean loss. */
export const trainingPass = (net: Net): Compiled<PassInputs, PassOutputs> => compiled(passOf(net));

/** The same, not compiled. To be called inside a `tf.tidy`. */
export const passOf =
  (net: Net) =>
  (...[parameters, images, targets]: PassInputs): PassOutputs => {
    const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
      crossEntropy(trainForward(net, tensors, images), targets),
    )(unflatten(parameters, net.parameters));
    return [flatten(grads), value];
  };

/** The caller disposes the tensors. */
function rowsOf({ channels, classes }: Net, batch: Batch, start: number, rows: number): BatchRows {
  const slice = (values: Float32Array): Float32Array => {
    const width = values.length / batch.count;
    return values.subarray(start * width, (start + rows) * width);
  };
  const asImages = (values: Float32Array): tf.Tensor4D =>
    tf.tensor4d(slice(values), [rows, batch.size, batch.size, channels]);
  return {
    start,
    images: asImages(batch.images),
    targets: tf.tensor2d(slice(batch.targets), [rows, classes]),
    secondViews: batch.secondViews && asImages(batch.secondViews),
  };
}

function meanOf(parts: readonly { rows: number; found: Gradient }[], count: number): Gradient {
  const mean = <T extends tf.Tensor>(tensors: readonly T[]): T =>
    tf.tidy(() => tf.addN(tensors.map((tensor, i) => tf.mul(tensor, parts[i]!.rows / count) as T)));
  const gradient = mean(parts.map(({ found }) => found.gradient));
  const loss = mean(parts.map(({ found }) => found.loss));
  for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
  return { gradient, loss };
}
