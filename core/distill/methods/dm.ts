import { assembleMatched } from '../assemble-matched.ts';
import { classMeans } from '../class-means.ts';
import type { Distil } from '../method.ts';
import { byFeatures } from '../objective.ts';

/**
 * Packed images whose pixels are then moved until their features match those of the mined images in the mean.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const distil: Distil = (task) => assembleMatched(task, byFeatures(classMeans));
