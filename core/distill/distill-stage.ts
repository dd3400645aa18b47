import { writeDistilled } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModels } from '../artifacts/model.ts';
import { readFeatureNets } from '../artifacts/pretrained.ts';
import { asksPrimitives, matchesFeatures } from '../contracts/methods.ts';
import { teacherRole } from '../contracts/plan.ts';
import type { StageRun } from '../run/stage.ts';
import { distilSet } from './distil-set.ts';

/** Makes one distilled set, or one of the selections it has to beat. */
export const runDistill: StageRun<'distill'> = async ({ store, plan, folder, report, checkpointer }, parameters) => {
  const { round, method, ipc, draw } = parameters;
  const set = await distilSet(
    { method, ipc, draw },
    {
      config: plan.config,
      classes: plan.classes,
      labelled: await labelledSetFile(plan.runId).read(store),
      mined: await readMinedSet(store, plan, round),
      teachers: await readModels(store, plan, teacherRole(plan.config), round),
      featureNets: matchesFeatures(method) ? await readFeatureNets(store, plan) : [],
      primitives: asksPrimitives(method) ? await readModels(store, plan, 'primitive', round) : [],
      checkpointer,
      onProgress: report,
    },
  );
  await writeDistilled(store, folder, set);
  return { counts: { images: set.count } };
};
