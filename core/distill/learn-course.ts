import { type Images, valuesOf } from '../data/images.ts';
import { probabilities } from '../nets/logits.ts';
import { microBatches } from '../tensor/micro-batches.ts';
import { random } from '../tensor/random.ts';
import { freshAdamRows, pixelStep, stepAdamRows } from './adam-rows.ts';
import { type Course, courseGradient } from './course.ts';
import { flatNet, slopeOf } from './flat-net.ts';
import { labelLogits } from './label-logits.ts';
import type { DistilledPixels, DistillTask } from './method.ts';
import { optimise } from './optimise.ts';
import { realLessons } from './real-batch.ts';
import { ensembleSoftLabels } from './teacher.ts';

/** Of the numbers that labels are the softmax of, and of the logarithms of step sizes. */
const RATES = { labels: 0.05, logSizes: 0.02 };

/** Part of the steps after which pixels are learned as well: labels are few numbers, and find their place before the images leave theirs. */
const PIXELS_FROM = 0.5;

/**
 * A set for known starts: images, labels and step sizes with which the primitives, after `distill.unroll.steps` steps of plain gradient
 * descent on the set alone, are least wrong about the mined images by the teachers' labels. Per step one primitive and a draw of real
 * images; Adam on all numbers.
 * @param images - where the pixels start, in [0, 1], class by class
 */
export const learnCourse = async (
  task: DistillTask,
  images: Images<Float32Array>,
): Promise<Required<Pick<DistilledPixels, 'images' | 'labels' | 'stepSizes'>>> => {
  const { config, classes, primitives, teachers, ipc, draw, checkpointer, onProgress } = task;
  const { matching, unroll } = config.distill;
  const { steps, learningRate } = matching;
  const nets = primitives.map(flatNet);
  const lessonOf = await realLessons(task, images);
  const start = {
    pixels: freshAdamRows(images.pixels, valuesOf(images)),
    labels: freshAdamRows(labelLogits(await ensembleSoftLabels(teachers, images)), classes.length),
    sizes: freshAdamRows(new Float32Array(unroll.steps).fill(Math.log(unroll.learningRate)), 1),
  };
  const rowsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const [everyImage, everyStep] = [rowsOf(images.count), rowsOf(unroll.steps)];
  const passes = microBatches('images to predict', Number.POSITIVE_INFINITY);
  const options = {
    name: 'course',
    steps,
    draw: random(config.seed, 'course', ipc, draw),
    checkpointer,
    onStep: (step: number) => onProgress(step, steps),
  };
  const learned = await optimise(start, options, async ({ moving: { pixels, labels, sizes }, step, draw }) => {
    const net = nets[draw.below(nets.length)]!;
    const lesson = lessonOf(draw);
    const course: Course = {
      images: { ...images, pixels: pixels.values },
      perClass: ipc,
      logits: labels.values,
      logSizes: sizes.values,
    };
    const gradient = await courseGradient(net, course, (place) => slopeOf(net, place, lesson, passes));
    stepAdamRows(labels, everyImage, gradient.logits, { learningRate: RATES.labels });
    stepAdamRows(sizes, everyStep, gradient.logSizes, { learningRate: RATES.logSizes });
    if (step >= PIXELS_FROM * steps) stepAdamRows(pixels, everyImage, gradient.pixels, pixelStep(learningRate));
  });
  return {
    images: { ...images, pixels: learned.pixels.values },
    labels: probabilities(learned.labels.values, classes.length),
    stepSizes: [...learned.sizes.values].map(Math.exp),
  };
};
