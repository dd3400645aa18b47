import * as tf from '@tensorflow/tfjs-core';
import type { DistilledImages } from '../../core/artifacts/distilled.ts';
import type { ImageSet } from '../../core/data/image-set.ts';
import { viewsOf } from '../../core/data/views.ts';
import { followCourse } from '../../core/distill/course.ts';
import { flatNet } from '../../core/distill/flat-net.ts';
import { graphPredictor } from '../../core/inference/predictor.ts';
import { probabilities } from '../../core/nets/logits.ts';
import type { Weights } from '../../core/nets/weights.ts';
import { courseOfSet } from '../course-of-set.ts';

/**
 * What a net says of a benchmark after some steps of plain gradient descent on a set alone, as `unrolled` makes sets for it.
 * @param hard - learn from the images' classes, not from their labels
 * @param steps - on a set that brings no step sizes, and of which size
 * @returns `[images, classes]`
 */
export const afterSteps = async (
  set: DistilledImages,
  hard: boolean,
  start: Weights,
  benchmark: ImageSet,
  { steps, stepSize }: { readonly steps: number; readonly stepSize: number },
): Promise<Float32Array> => {
  const { spec } = set;
  const each = spec.factor ** 2;
  const classes = spec.classes.length;
  const shares = hard
    ? set.labels.map((_, at) => (set.classOf[Math.floor(at / classes / each)] === at % classes ? 1 : 0))
    : set.labels;
  const sizes = spec.stepSizes ?? new Array<number>(steps).fill(stepSize);
  const net = flatNet(start);
  const course = courseOfSet(viewsOf(set, spec.factor), spec.spec.ipc * each, shares, sizes);
  const places = followCourse(net, course);
  const learned = net.folded(places.at(-1)!.dataSync() as Float32Array);
  tf.dispose(places);
  const model = await graphPredictor(start.net, learned);
  const { logits } = await model.predict(benchmark);
  await model.dispose();
  return probabilities(logits, classes);
};
