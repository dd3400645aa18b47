import { readBenchmarks } from '../artifacts/inputs.ts';
import { evaluationFile } from '../artifacts/run.ts';
import { parseArm } from '../contracts/arms.ts';
import type { Score } from '../contracts/evaluation.ts';
import type { StageRun } from '../run/stage.ts';
import { prepareArm } from './arms.ts';
import { scoreNets } from './metrics.ts';

/** Scores one arm on every benchmark over all seeds. */
export const runEvaluate: StageRun<'evaluate'> = async (context, { round, arm: name }) => {
  const { store, plan, report } = context;
  const arm = await prepareArm({ ...context, round }, parseArm(name));
  const benchmarks = await readBenchmarks(store, plan);
  const scores: Record<string, Score[]> = Object.fromEntries(
    [...benchmarks.keys()].map((benchmark) => [benchmark, []]),
  );
  for (let seed = 0; seed < plan.config.seeds; seed++) {
    const nets = await arm.netsOf(seed);
    for (const [benchmark, images] of benchmarks) scores[benchmark]!.push(await scoreNets(nets, images, seed));
    report(seed + 1, plan.config.seeds);
  }
  await evaluationFile(plan.runId, name).write(store, { arm: name, images: arm.images, scores });
  return { counts: { seeds: plan.config.seeds, images: arm.images } };
};
