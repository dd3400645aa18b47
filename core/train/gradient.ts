import * as tf from '@tensorflow/tfjs-core';
import type { Net } from '../nets/net.ts';
import { trainForward } from '../nets/train-forward.ts';
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

/** Makes the targets that are learned from those of the batch. */
export type Retarget = (rows: BatchRows) => tf.Tensor2D;

/** Gradient of the mean loss over a batch; the caller disposes both tensors. */
export async function gradientOf(
  net: Net,
  parameters: tf.Tensor1D,
  batch: Batch,
  passes: MicroBatches,
  retarget: Retarget = ({ targets }) => targets,
): Promise<Gradient> {
  const parts: { rows: number; found: Gradient }[] = [];
  const slice = (values: Float32Array, start: number, rows: number): Float32Array => {
    const width = values.length / batch.count;
    return values.subarray(start * width, (start + rows) * width);
  };
  try {
    await passes.run(batch.count, (start, rows) => {
      const found = tf.tidy(() => {
        const asImages = (values: Float32Array): tf.Tensor4D =>
          tf.tensor4d(slice(values, start, rows), [rows, batch.size, batch.size, net.channels]);
        const images = asImages(batch.images);
        const targets = retarget({
          start,
          images,
          targets: tf.tensor2d(slice(batch.targets, start, rows), [rows, net.classes]),
          secondViews: batch.secondViews && asImages(batch.secondViews),
        });
        const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
          crossEntropy(trainForward(net, tensors, images), targets),
        )(unflatten(parameters, net.parameters));
        return { gradient: flatten(grads), loss: value };
      });
      parts.push({ rows, found });
    });
  } catch (error) {
    for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
    throw error;
  }
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only.found : meanOf(parts, batch.count);
}

function meanOf(parts: readonly { rows: number; found: Gradient }[], count: number): Gradient {
  const mean = <T extends tf.Tensor>(tensors: readonly T[]): T =>
    tf.tidy(() => tf.addN(tensors.map((tensor, i) => tf.mul(tensor, parts[i]!.rows / count) as T)));
  const gradient = mean(parts.map(({ found }) => found.gradient));
  const loss = mean(parts.map(({ found }) => found.loss));
  for (const { found } of parts) tf.dispose([found.gradient, found.loss]);
  return { gradient, loss };
}
