import { labelledBankFile } from '../artifacts/bank.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readModels } from '../artifacts/model.ts';
import { teacherRole } from '../contracts/plan.ts';
import type { StageRun } from '../run/stage.ts';
import { makeBank } from './make-bank.ts';

/** Labels views of the labelled images: what a set's images have to add something to. */
export const runLabel: StageRun<'label'> = async ({ store, plan, report }, { round, draw }) => {
  const { config, classes, runId } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const teachers = await readModels(store, plan, teacherRole(config), round);
  const images = { ...labelled, factor: 1 } as const;
  const { views } = config.distill.bank;
  const bank = await makeBank(images, classes, teachers, config, ['labelled', draw], (done) => report(done, views));
  await labelledBankFile(runId, round, draw).write(store, bank);
  return { counts: { views: bank.count } };
};
