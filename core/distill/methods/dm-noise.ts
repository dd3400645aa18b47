import { valuesOf } from '../../data/images.ts';
import { random } from '../../tensor/random.ts';
import { assembleMatched } from '../assemble-matched.ts';
import { classMeans } from '../class-means.ts';
import type { Distil } from '../method.ts';
import { byFeatures } from '../objective.ts';

/**
 * As `dm`, from noise instead of mined images: no single image went into it.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export const distil: Distil = (task) => assembleMatched(task, byFeatures(classMeans), noise);

/** Grey with the deviation that images have. */
const noise: Distil = async ({ config: { seed, image }, ipc, draw, material }) => {
  const chance = random(seed, 'noise', ipc, draw);
  const count = material.length * ipc;
  const pixels = Float32Array.from({ length: count * valuesOf(image) }, () =>
    Math.min(1, Math.max(0, 0.5 + 0.25 * chance.normal())),
  );
  return {
    images: { size: image.size, channels: image.channels, count, pixels },
    provenance: Array.from({ length: count }, () => []),
  };
};
