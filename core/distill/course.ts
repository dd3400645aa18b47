import * as tf from '@tensorflow/tfjs-core';
import { type Images, selectImages } from '../data/images.ts';
import type { FlatNet } from './flat-net.ts';
import { viewsOf } from './objective.ts';
import { lossOf, slopeAlong } from './slopes.ts';

/** Images and labels in the order in which a net learns from them, in a few steps of plain gradient descent. */
export interface Course {
  /** In [0, 1]; those of class c are `perClass` in a row from c · perClass on. */
  readonly images: Images<Float32Array>;
  readonly perClass: number;
  /** `[images, classes]`: numbers of which a softmax makes the labels. */
  readonly logits: Float32Array;
  /** Logarithms of the steps' sizes. */
  readonly logSizes: Float32Array;
}

/** What a course's numbers change of a loss that is measured after it. */
export interface CourseGradient {
  readonly loss: number;
  /** Of the images, labels and step sizes, as they lie in the course. */
  readonly pixels: Float32Array;
  readonly logits: Float32Array;
  readonly logSizes: Float32Array;
}

/**
 * Rows that a step learns from: the next images of each class, as many in every step as show each image once before any is shown
 * again.
 */
export const rowsOfStep = (step: number, steps: number, classes: number, perClass: number): number[] => {
  const each = Math.max(1, Math.ceil(perClass / steps));
  return Array.from({ length: classes * each }, (_, i) => {
    const label = Math.floor(i / each);
    return label * perClass + ((step * each + (i % each)) % perClass);
  });
};

/** Where a net stands at first and after each step of a course. The caller disposes all of them. */
export const followCourse = (net: FlatNet, course: Course): tf.Tensor1D[] => {
  const places = [tf.tensor1d(net.values)];
  for (const step of course.logSizes.keys()) {
    places.push(
      tf.tidy(() => {
        const { pixels, logits } = tensorsOfStep(course, step, net.classes);
        const lesson = { images: viewsOf(pixels, 1), targets: tf.softmax(logits) as tf.Tensor2D };
        const loss = (flat: tf.Tensor): tf.Scalar => lossOf(net.graph, net.named(flat as tf.Tensor1D), lesson);
        const slope = tf.grad(loss as (x: tf.Tensor) => tf.Tensor)(places[step]!);
        return tf.sub(places[step]!, tf.mul(slope, Math.exp(course.logSizes[step]!))) as tf.Tensor1D;
      }),
    );
  }
  return places;
};

/**
 * The gradient of a loss after a course by everything in the course, backwards over the places that the net has been at: with λ the
 * loss's gradient at the place after a step θ' = θ − α g(θ, x, y), it is −λ · g by α, −α ∂(λ · g)/∂x by the images, the same by the
 * labels, and λ − α H λ at the place before. λ · g is the slope along λ, so no step needs more than gradients of it.
 * @param after - the loss and its gradient by the net's vector at the end of the course
 * @see Wang, Zhu, Torralba and Efros, Dataset Distillation (2018); Maclaurin, Duvenaud and Adams, Gradient-based Hyperparameter Optimization
 * through Reversible Learning (ICML 2015)
 */
export const courseGradient = async (
  net: FlatNet,
  course: Course,
  after: (place: tf.Tensor1D) => Promise<{ readonly loss: number; readonly slope: Float32Array }>,
): Promise<CourseGradient> => {
  const places = followCourse(net, course);
  const gradient = {
    pixels: new Float32Array(course.images.pixels.length),
    logits: new Float32Array(course.logits.length),
    logSizes: new Float32Array(course.logSizes.length),
  };
  let ahead: tf.Tensor1D | undefined;
  try {
    const { loss, slope } = await after(places.at(-1)!);
    ahead = tf.tensor1d(slope);
    for (let step = course.logSizes.length - 1; step >= 0; step--) {
      const before = backOver(net, course, step, places[step]!, ahead, gradient);
      ahead.dispose();
      ahead = before;
    }
    return { loss, ...gradient };
  } finally {
    tf.dispose([places, ahead]);
  }
};

/** Adds what one step's images, labels and size change of the loss. @returns the loss's gradient at the place before it */
function backOver(
  { graph, classes, named }: FlatNet,
  course: Course,
  step: number,
  place: tf.Tensor1D,
  ahead: tf.Tensor1D,
  sums: Omit<CourseGradient, 'loss'>,
): tf.Tensor1D {
  const size = Math.exp(course.logSizes[step]!);
  const { before, value, byPixels, byLogits } = tf.tidy(() => {
    const { pixels, logits } = tensorsOfStep(course, step, classes);
    const along = (...[flat, x, y]: tf.Tensor[]): tf.Scalar => {
      const lesson = { images: viewsOf(x as tf.Tensor4D, 1), targets: tf.softmax(y!) as tf.Tensor2D };
      return slopeAlong(graph, named(flat as tf.Tensor1D), named(ahead), lesson);
    };
    const { value, grads } = tf.valueAndGrads(along)([place, pixels, logits]);
    const [byPlace, byPixels, byLogits] = grads as [tf.Tensor1D, tf.Tensor, tf.Tensor];
    return { before: tf.sub(ahead, tf.mul(byPlace, size)) as tf.Tensor1D, value, byPixels, byLogits };
  });
  sums.logSizes[step]! -= size * value.dataSync()[0]!;
  const rows = rowsOfStep(step, course.logSizes.length, classes, course.perClass);
  const add = (target: Float32Array, part: tf.Tensor): void => {
    const values = part.dataSync() as Float32Array;
    const width = values.length / rows.length;
    values.forEach((one, i) => (target[rows[Math.floor(i / width)]! * width + (i % width)]! -= size * one));
  };
  add(sums.pixels, byPixels);
  add(sums.logits, byLogits);
  tf.dispose([value, byPixels, byLogits]);
  return before;
}

/** What a step learns from, as tensors. To be called inside a `tf.tidy`. */
function tensorsOfStep({ images, perClass, logits, logSizes }: Course, step: number, classes: number) {
  const rows = rowsOfStep(step, logSizes.length, classes, perClass);
  const { pixels, size, channels } = selectImages(images, rows);
  const own = rows.flatMap((row) => [...logits.subarray(row * classes, (row + 1) * classes)]);
  return {
    pixels: tf.tensor4d(pixels, [rows.length, size, size, channels]),
    logits: tf.tensor2d(own, [rows.length, classes]),
  };
}
