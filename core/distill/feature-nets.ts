import type { Weights } from '../nets/weights.ts';
import { initialTheta } from '../nets/weights.ts';
import { fitNet } from '../train/fit-net.ts';
import { withHardLabels } from '../train/learn-set.ts';
import { type HardLabelled, netSpec, type Training } from '../train/recipes.ts';

/**
 * Nets trained for a little while by the student's recipe: their features already tell the classes apart but are not
 * yet bent to one training set.
 * @param training - `seed` is ignored: every net has its own fresh weights
 */
export const trainCheckpoints = async (
  training: Training,
  mined: HardLabelled,
  onStep: (done: number) => void,
): Promise<Weights[]> => {
  const { config, classes, labelled } = training;
  const { checkpoints, nets } = config.distill.matching;
  const recipe = config.student;
  const set = withHardLabels(labelled, classes, recipe.labelSmoothing);
  const extra = withHardLabels(mined, classes, recipe.labelSmoothing);
  const jobs = checkpoints.flatMap((steps) => Array.from({ length: nets }, (_, net) => ({ steps, net })));
  const trained: Weights[] = [];
  let before = 0;
  for (const { steps, net } of jobs) {
    const stream = [config.seed, 'checkpoint', steps, net];
    const { weights } = await fitNet(netSpec(training), {
      recipe: { ...recipe, steps },
      shares: [
        { set, perBatch: recipe.labelledPerBatch },
        { set: extra, perBatch: recipe.minedPerBatch },
      ],
      theta: initialTheta(netSpec(training), stream),
      moments: set,
      stream,
      session: training.session,
      onStep: (step) => onStep(before + step),
    });
    before += steps;
    trained.push(weights);
  }
  return trained;
};
