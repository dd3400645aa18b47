import { assembleRandom, type Distil } from '../method.ts';

/**
 * Mined images drawn by chance, several in each image.
 * @see Kim et al., Dataset Condensation via Efficient Synthetic-Data Parameterization (ICML 2022)
 */
export const distil: Distil = (task) => assembleRandom(task, 'packed');
