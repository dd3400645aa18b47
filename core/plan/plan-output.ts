import { armName, armsOf } from '../contracts/arms.ts';
import type { SetSpec } from '../contracts/names.ts';
import type { Plan, PlanOutput, Role, TrainItem } from '../contracts/plan.ts';

/**
 * What the state machine maps over, from the plan alone.
 * Evaluations stand in the order of the accuracy table's rows.
 */
export const planOutput = ({ runId, config, shardCount }: Plan): PlanOutput => {
  const seeds = Array.from({ length: config.seeds }, (_, seed) => seed);
  const items = (role: Role): TrainItem[] => seeds.map((seed) => ({ role, seed }));
  const distilled: SetSpec[] = config.distill.methods.flatMap((method) =>
    config.distill.ipc.map((ipc) => ({ method, ipc })),
  );
  return {
    runId,
    round: 0,
    shards: Array.from({ length: shardCount }, (_, index) => index),
    primitives: [...items('primitive'), { role: 'calibration', seed: 0 }],
    students: [...items('student'), ...items('control')],
    distilled,
    evaluations: armsOf(distilled).map((arm) => ({ arm: armName(arm) })),
  };
};
