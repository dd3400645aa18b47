import { parseArm } from '../contracts/arms.ts';
import type { Evaluation, Score } from '../contracts/evaluation.ts';
import { evaluationFolder } from '../contracts/keys.ts';
import { readBenchmarks } from '../run/inputs.ts';
import type { Job } from '../run/stage.ts';
import { writeJson } from '../store/json.ts';
import { prepareArm } from './arms.ts';
import { scoreNet } from './metrics.ts';

/** Scores one arm on every benchmark over all seeds. */
export const evaluate: Job<'evaluate'> = {
  unit: 'seeds',
  needsBackend: true,
  resumes: true,
  folder: ({ runId }, { OMNIDISTILL_ARM }) => evaluationFolder(runId, OMNIDISTILL_ARM),

  run: async (context) => {
    const { store, plan, environment, folder, report } = context;
    const name = environment.OMNIDISTILL_ARM;
    const arm = await prepareArm(context, parseArm(name));
    const benchmarks = await readBenchmarks(store, plan);
    const scores: Record<string, Score[]> = Object.fromEntries(
      Object.keys(benchmarks).map((benchmark) => [benchmark, []]),
    );
    for (let seed = 0; seed < plan.config.seeds; seed++) {
      const weights = await arm.netOf(seed);
      for (const [benchmark, images] of Object.entries(benchmarks)) {
        scores[benchmark]!.push(await scoreNet(weights, images, seed));
      }
      report(seed + 1, plan.config.seeds);
    }
    const result: Evaluation = { arm: name, images: arm.images, scores };
    await writeJson(store, `${folder}/result.json`, result);
    return { counts: { seeds: plan.config.seeds, images: arm.images } };
  },
};
