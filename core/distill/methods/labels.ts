import { learnLabels } from '../learn-labels.ts';
import type { Distil } from '../method.ts';
import { distil as random } from './random.ts';

/**
 * The images of `random`, with labels that are solved for: a net learns the same of them as of the mined images, by the gradients of all its
 * tensors.
 * @see Bohdal, Yang and Hospedales, Flexible Dataset Distillation: Learn Labels Instead of Images (2020), for labels in place of images; the
 * match of gradients is that of Zhao, Mopuri and Bilen, Dataset Condensation with Gradient Matching (ICLR 2021)
 */
export const distil: Distil = async (task) => {
  const from = await random(task);
  return { ...from, labels: await learnLabels(task, from.images) };
};
