import { readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel } from '../artifacts/model.ts';
import { privacyFile } from '../artifacts/privacy.ts';
import { drawsOf } from '../contracts/config.ts';
import { labelledKey } from '../contracts/keys.ts';
import { teacherRole } from '../contracts/plan.ts';
import { concatImages } from '../data/images.ts';
import type { StageRun } from '../run/stage.ts';
import { attackSet } from './attack-set.ts';
import { nearnessOfSet } from './set-nearness.ts';

/** Measures what one set of the release tells of single real images. */
export const runPrivacy: StageRun<'privacy'> = async (context, { round, method, ipc }) => {
  const { store, plan, folder, report, checkpointer } = context;
  const { config, runId } = plan;
  const set = { method, ipc };
  const draws = await Promise.all(drawsOf(config, set).map((drawn) => readRunSet(store, runId, drawn)));
  const labelled = await labelledSetFile(runId).read(store);
  const mined = await readMinedSet(store, plan, round);
  const real = { ...concatImages([mined, labelled]), keys: [...mined.keys, ...labelled.keys.map(labelledKey)] };
  const { weights } = await readModel(store, plan, teacherRole(config), 0, round);
  const near = await nearnessOfSet(draws[0]!, real, weights, config.seed);
  let nets = 0;
  const onNet = (done: number, total: number): void => {
    nets = done;
    report(done, total);
  };
  const membership = await attackSet(draws, { config, mined, checkpointer, onNet });
  await privacyFile(folder).write(store, { set, ...near, membership });
  return { counts: { views: near.views, nets } };
};
