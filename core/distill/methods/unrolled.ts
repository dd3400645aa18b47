import { learnCourse } from '../learn-course.ts';
import type { Distil } from '../method.ts';
import { distil as random } from './random.ts';

/**
 * The images of `random`, from which labels, then pixels are learned, and the sizes of the steps in which the primitives learn from them, by
 * the gradient through these steps.
 * @see Wang, Zhu, Torralba and Efros, Dataset Distillation (2018)
 */
export const distil: Distil = async (task) => {
  const { provenance, images } = await random(task);
  return { provenance, ...(await learnCourse(task, images)) };
};
