import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { featureNetFile } from '../artifacts/pretrained.ts';
import type { StageRun } from '../run/stage.ts';
import { trainFeatureNets } from './feature-nets.ts';

/** Trains the nets of one seed whose features are matched: once for all the sets that a run distils by them. */
export const runPretrain: StageRun<'pretrain'> = async ({ store, plan, report, checkpointer }, { round, seed }) => {
  const { config, classes, runId } = plan;
  const { pretrainSteps } = config.distill.matching;
  const steps = pretrainSteps.reduce((sum, one) => sum + one, 0);
  const labelled = await labelledSetFile(runId).read(store);
  const mined = await readMinedSet(store, plan, round);
  const training = { config, classes: classes.length, labelled, seed, checkpointer };
  const nets = await trainFeatureNets(training, mined, (done) => report(done, steps));
  for (const [i, weights] of nets.entries()) await featureNetFile(plan, seed, pretrainSteps[i]!).write(store, weights);
  return { counts: { nets: nets.length, steps } };
};
