import { random } from '../../tensor/random.ts';
import { matchDistributions } from '../match-distributions.ts';
import type { DistilledPixels, DistillTask } from '../method.ts';
import { distil as packed } from './packed.ts';

/**
 * Packed images whose pixels are then moved until their features match those of the mined images. They start from the
 * very images of `packed`, so the difference of the two is what matching adds.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export async function distil(task: DistillTask): Promise<DistilledPixels> {
  const { config, material, featureNets, ipc, draw, factor, checkpointer, onProgress } = task;
  const { matching } = config.distill;
  const start = await packed(task);
  const images = { ...start.images, perClass: ipc, factor };
  const pixels = await matchDistributions(images, material, featureNets, matching, {
    draw: random(config.seed, 'matching', ipc, draw),
    checkpointer,
    onStep: (step) => onProgress(step, matching.steps),
  });
  return { ...start, images: { ...start.images, pixels } };
}
