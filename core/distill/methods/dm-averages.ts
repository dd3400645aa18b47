import { assembleMatched } from '../assemble-matched.ts';
import { classMeans } from '../class-means.ts';
import type { Distil } from '../method.ts';
import { byFeatures } from '../objective.ts';
import { distil as averages } from './averages.ts';

/**
 * As `dm`, from packed means of mined images instead of mined images: it starts from nobody's face.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const distil: Distil = (task) => assembleMatched(task, byFeatures(classMeans), averages);
