import { pixelRows } from '../data/image-rows.ts';
import { concatImages } from '../data/images.ts';
import { random } from '../tensor/random.ts';
import type { Floor } from './keep-distance.ts';
import { matchDistributions } from './match-distributions.ts';
import type { Distil, DistilledPixels, DistillTask } from './method.ts';
import { distil as packed } from './methods/packed.ts';
import { distil as whole } from './methods/random.ts';
import type { Objective } from './objective.ts';

/**
 * A set whose pixels are moved until it matches the mined images. Every objective sees the same nets and real images in its steps.
 * @param start - makes what it starts from, so that the difference of the two is what matching adds. @default the images of `packed`, or of
 * `random` where an image is one view
 */
export async function assembleMatched(
  task: DistillTask,
  objective: Objective,
  start: Distil = task.factor === 1 ? whole : packed,
): Promise<DistilledPixels> {
  const { config, material, featureNets, ipc, draw, factor, checkpointer, onProgress } = task;
  const { matching } = config.distill;
  const from = await start(task);
  const images = { ...from.images, perClass: ipc, factor };
  const pixels = await matchDistributions(images, material, featureNets, matching, {
    objective,
    floor: floorOf(task),
    draw: random(config.seed, 'matching', ipc, draw),
    checkpointer,
    onStep: (step) => onProgress(step, matching.steps),
  });
  return { ...from, images: { ...from.images, pixels } };
}

/** Every image that the run learned from, where views are to keep away from them. */
function floorOf({ config, mined, labelled, factor }: DistillTask): Floor | undefined {
  const distance = config.distill.matching.floor;
  return distance === 0 ? undefined : { distance, real: pixelRows(concatImages([mined, labelled]), factor) };
}
