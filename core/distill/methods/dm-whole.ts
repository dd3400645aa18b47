/**
 * As `dm`, of images at their full size, one in each: what the literature distils.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export { distil } from './dm.ts';
