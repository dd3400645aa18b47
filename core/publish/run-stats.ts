import {
  distilledFolder,
  evaluationFolder,
  inputsFolder,
  minedFolder,
  modelFolder,
  shardFolder,
  statsKey,
} from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { JobStats } from '../contracts/stats.ts';
import { planOutput } from '../plan/plan-output.ts';
import { mapInOrder } from '../run/map-in-order.ts';
import { findJson } from '../store/json.ts';
import type { Store } from '../store/store.ts';

export const STAGES = ['prepare', 'train', 'mine', 'aggregate', 'distill', 'evaluate'] as const;
export type Stage = (typeof STAGES)[number];

/** The stats of one job that is done. */
export interface StageStats {
  readonly stage: Stage;
  readonly folder: string;
  readonly stats: JobStats;
}

const READS_AT_ONCE = 16;

/** Folders of all jobs up to a round, as the plan names them. */
const foldersOf = (plan: Plan, lastRound: number): { stage: Stage; folder: string }[] => {
  const { runId } = plan;
  const output = planOutput(plan);
  const rounds = Array.from({ length: lastRound + 1 }, (_, round) => round);
  const items = [...output.primitives, ...output.students];
  const models = items.flatMap(({ role, seed }) =>
    role === 'student'
      ? rounds.map((round) => modelFolder(runId, role, seed, round))
      : [modelFolder(runId, role, seed, 0)],
  );
  const all: Record<Stage, string[]> = {
    prepare: [inputsFolder(runId)],
    train: models,
    mine: rounds.flatMap((round) => output.shards.map((shard) => shardFolder(runId, round, shard))),
    aggregate: rounds.map((round) => minedFolder(runId, round)),
    distill: output.distilled.map((spec) => distilledFolder(runId, spec)),
    evaluate: output.evaluations.map(({ arm }) => evaluationFolder(runId, arm)),
  };
  return STAGES.flatMap((stage) => all[stage].map((folder) => ({ stage, folder })));
};

/** What every job of a run says about itself; jobs that failed say nothing and are left out. */
export const readRunStats = async (store: Store, plan: Plan, lastRound: number): Promise<StageStats[]> => {
  const found: StageStats[] = [];
  const read = mapInOrder(foldersOf(plan, lastRound), READS_AT_ONCE, async (job) => ({
    ...job,
    stats: await findJson(store, statsKey(job.folder), JobStats),
  }));
  for await (const { stage, folder, stats } of read) {
    if (stats !== undefined) found.push({ stage, folder, stats });
  }
  return found;
};
