import { random } from '../tensor/random.ts';
import { matchDistributions } from './match-distributions.ts';
import type { DistilledPixels, DistillTask } from './method.ts';
import { distil as packed } from './methods/packed.ts';
import { distil as whole } from './methods/random.ts';
import type { Objective } from './objective.ts';

/**
 * A set whose pixels are moved until it matches the mined images. It starts from the very images of `packed`, or of `random` where an
 * image is one view, so the difference of the two is what matching adds; and every objective sees the same nets and real images in its
 * steps.
 */
export async function assembleMatched(task: DistillTask, objective: Objective): Promise<DistilledPixels> {
  const { config, material, featureNets, ipc, draw, factor, checkpointer, onProgress } = task;
  const { matching } = config.distill;
  const start = await (factor === 1 ? whole : packed)(task);
  const images = { ...start.images, perClass: ipc, factor };
  const pixels = await matchDistributions(images, material, featureNets, matching, {
    objective,
    draw: random(config.seed, 'matching', ipc, draw),
    checkpointer,
    onStep: (step) => onProgress(step, matching.steps),
  });
  return { ...start, images: { ...start.images, pixels } };
}
