import { assembleMatched } from '../assemble-matched.ts';
import { characteristicFunctions } from '../characteristic-functions.ts';
import type { Distil } from '../method.ts';
import { byFeatures } from '../objective.ts';

/**
 * As `dm`, from the very same images, but what is matched is the characteristic function of the embeddings, not the mean of
 * the feature maps.
 * @see Wang et al., Dataset Distillation with Neural Characteristic Function: A Minmax Perspective (CVPR 2025)
 */
export const distil: Distil = (task) =>
  assembleMatched(task, byFeatures(characteristicFunctions(task.config.seed, 'frequencies', task.ipc, task.draw)));
