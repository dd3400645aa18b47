import { assembleMatched } from '../assemble-matched.ts';
import { matchGradients } from '../gradient-matching.ts';
import type { Distil } from '../method.ts';

/**
 * As `dm`, from the very same images, but what is matched is what a net would learn of them: the gradients of its kernels. With
 * `distill.matching.augmentation: siamese` this is DSA.
 * @see Zhao, Mopuri and Bilen, Dataset Condensation with Gradient Matching (ICLR 2021)
 */
export const distil: Distil = (task) => assembleMatched(task, matchGradients);
