import { random } from '../../tensor/random.ts';
import { trainFeatureNets } from '../feature-nets.ts';
import { matchDistributions } from '../match-distributions.ts';
import type { DistilledPixels, DistillTask } from '../method.ts';
import { distil as packed } from './packed.ts';

/**
 * Packed images whose pixels are then moved until their features match those of the mined images. They start from the
 * very images of `packed`, so the difference of the two is what matching adds.
 * @see Zhao and Bilen, Dataset Condensation with Distribution Matching (WACV 2023)
 */
export async function distil(task: DistillTask): Promise<DistilledPixels> {
  const { config, classes, labelled, mined, material, ipc, draw, factor, checkpointer, onProgress } = task;
  const { matching } = config.distill;
  const start = await packed(task);
  const training = matching.nets * matching.pretrainSteps.reduce((sum, steps) => sum + steps, 0);
  const total = training + matching.steps;
  const learning = { config, classes: classes.length, labelled, seed: 0, checkpointer };
  const nets = await trainFeatureNets(learning, mined, (done) => onProgress(done, total));
  const images = { ...start.images, perClass: ipc, factor };
  const pixels = await matchDistributions(images, material, nets, matching, {
    draw: random(config.seed, 'matching', ipc, draw),
    checkpointer,
    onStep: (step) => onProgress(training + step, total),
  });
  return { ...start, images: { ...start.images, pixels } };
}
