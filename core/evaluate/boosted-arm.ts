import { labelledBankFile } from '../artifacts/bank.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readModel } from '../artifacts/model.ts';
import { bankData } from '../bank/bank-data.ts';
import { type Arm, armName } from '../contracts/arms.ts';
import { hasBanks } from '../contracts/config.ts';
import type { ImageSet } from '../data/image-set.ts';
import type { MadeData, TrainingData } from '../train/training-data.ts';
import { type BoostData, boost, labelledWith, viewsWith } from './boost.ts';
import { type ArmContext, answered, type PreparedArm } from './prepared-arm.ts';

/** What a draw of an arm adds to the labelled set, and how that is learned from. */
export type MakeBoostData = (labelled: ImageSet) => BoostData | Promise<BoostData>;

/** The labelled set has its hard labels. */
export function withLabels({ plan }: ArmContext, extra: TrainingData | MadeData | undefined): MakeBoostData {
  return (labelled) => labelledWith(labelled, plan.classes.length, extra, plan.config);
}

/** The labelled images have labels of their views, where the run makes banks. */
export function withSoft(context: ArmContext, extra: TrainingData | MadeData | undefined, draw: number): MakeBoostData {
  const { store, plan, round } = context;
  if (!hasBanks(plan.config)) return withLabels(context, extra);
  return async (labelled) => {
    const bank = await labelledBankFile(plan.runId, round, draw).read(store);
    return viewsWith(labelled, bankData(bank, labelled), extra, plan.config);
  };
}

/**
 * The primitive of each seed, fine-tuned shortly.
 * @param images - how many files are added
 * @param draws - what is learned from in each
 */
export async function boosted(
  { store, plan, checkpointer }: ArmContext,
  arm: Arm,
  images: number,
  draws: readonly MakeBoostData[],
): Promise<PreparedArm> {
  const labelled = await labelledSetFile(plan.runId).read(store);
  const data = await Promise.all(draws.map((make) => make(labelled)));
  return answered(images, draws.length, async (seed, draw) => {
    const { weights } = await readModel(store, plan, 'primitive', seed, 0);
    return [await boost(weights, data[draw]!, plan.config, [armName(arm), draw, seed], checkpointer)];
  });
}
