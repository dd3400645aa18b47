import * as tf from '@tensorflow/tfjs-core';
import { type Images, sliceImages } from '../data/images.ts';
import { type FoldedTensors, foldedTensors } from '../nets/folded.ts';
import type { Graph } from '../nets/graph.ts';
import { type NamedTensors, namedTensors } from '../nets/run-graph.ts';
import type { Weights } from '../nets/weights.ts';
import { unflatten } from '../tensor/flat.ts';
import type { MicroBatches } from '../tensor/micro-batches.ts';
import { lossOf } from './slopes.ts';

/** A net as it predicts, its batch norms folded into its kernels, whose tensors are one flat vector that can be moved. */
export interface FlatNet {
  readonly graph: Graph;
  readonly classes: number;
  /** Where it stands. */
  readonly values: Float32Array;
  /** The tensors in such a vector, by name; differentiable. */
  named(flat: tf.Tensor1D): NamedTensors;
  /** The same as plain numbers. */
  folded(flat: Float32Array): FoldedTensors;
}

export const flatNet = (weights: Weights): FlatNet => {
  const tensors = Object.entries(foldedTensors(weights));
  const specs = tensors.map(([, { shape }]) => ({ shape }));
  const values = Float32Array.from(tensors.flatMap(([, { data }]) => [...data]));
  return {
    graph: weights.net.graph,
    classes: weights.net.classes,
    values,
    named: (flat) =>
      namedTensors(
        tensors.map(([name]) => name),
        unflatten(flat, specs),
      ),
    folded: (flat) => {
      let offset = 0;
      return Object.fromEntries(
        tensors.map(([name, { shape, data }]) => {
          const own = flat.slice(offset, offset + data.length);
          offset += data.length;
          return [name, { shape, data: own }];
        }),
      );
    },
  };
};

/** What a net learns from, as numbers. */
export interface LessonData {
  /** Standardised. */
  readonly images: Images<Float32Array>;
  /** `[count, classes]`, rows that sum to 1. */
  readonly targets: Float32Array;
}

/** Rows `start` to `start + count` of a lesson as tensors. To be called inside a `tf.tidy`. */
export const lessonTensors = ({ images, targets }: LessonData, start = 0, count = images.count) => {
  const { pixels, size, channels } = sliceImages(images, start, count);
  const classes = targets.length / images.count;
  return {
    images: tf.tensor4d(pixels, [count, size, size, channels]),
    targets: tf.tensor2d(targets.subarray(start * classes, (start + count) * classes), [count, classes]),
  };
};

/**
 * The loss of a lesson and its gradient by the net's vector, in passes that fit the device.
 * @param at - where the net stands
 */
export const slopeOf = async (
  { graph, named }: FlatNet,
  at: tf.Tensor1D,
  lesson: LessonData,
  passes: MicroBatches,
): Promise<{ readonly loss: number; readonly slope: Float32Array }> => {
  const slope = new Float32Array(at.size);
  let loss = 0;
  await passes.run(lesson.images.count, (start, count) => {
    const part = count / lesson.images.count;
    const { value, grad } = tf.tidy(() => {
      const tensors = lessonTensors(lesson, start, count);
      return tf.valueAndGrad((flat) => lossOf(graph, named(flat as tf.Tensor1D), tensors))(at);
    });
    loss += part * value.dataSync()[0]!;
    (grad.dataSync() as Float32Array).forEach((one, i) => (slope[i]! += part * one));
    tf.dispose([value, grad]);
  });
  return { loss, slope };
};
