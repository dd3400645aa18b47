import type { ClassifierName } from '../artifacts/classifier.ts';
import { readLabels } from '../artifacts/inputs.ts';
import { crossFittedLogits, modelFiles, readFolds, readModel } from '../artifacts/model.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import { DataError } from '../errors.ts';
import { type Classifier, classifierOf } from '../nets/classifier.ts';
import { fitTemperature } from '../statistics/temperature.ts';
import type { Store } from '../store/store.ts';

/**
 * What a run offers to classify images with: of its best role the net of the first seed, so that none was picked by what it says
 * of a benchmark, or those of all seeds together. Its temperature is the one that cross-fitting asks for: the folds are the only
 * nets of a run that are asked about labelled images which they have not seen.
 * @throws DataError where the run has not trained them yet
 */
export const classifierOfRun = async (
  store: Store,
  plan: Plan,
  round: number,
  name: ClassifierName,
): Promise<Classifier> => {
  const { runId, config, classes } = plan;
  const role = teacherRole(config);
  const seeds = Array.from({ length: name === 'student' ? 1 : config.seeds }, (_, seed) => seed);
  for (const seed of seeds) {
    if (await modelFiles(runId, role, seed, round).card.exists(store)) continue;
    throw new DataError(
      `Run ${runId} in ${store.root} has no ${role} net of seed ${seed} yet: its last students are trained after the pool was mined. Let the run go on to its end.`,
    );
  }
  const models = await Promise.all(seeds.map((seed) => readModel(store, plan, role, seed, round)));
  const labels = await readLabels(store, runId);
  const folds = await readFolds(store, plan);
  const temperature = fitTemperature(crossFittedLogits(folds, labels.length, classes.length), labels, classes.length);
  return classifierOf(
    models.map(({ weights }) => weights),
    { runId, role, seeds, classes, temperature },
  );
};
