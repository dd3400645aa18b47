import { readBenchmarks } from '../artifacts/inputs.ts';
import { type BenchmarkPredictions, orderOf, predictionsFile } from '../artifacts/predictions.ts';
import { evaluationFile } from '../artifacts/run.ts';
import { parseArm } from '../contracts/arms.ts';
import type { NetScore } from '../contracts/evaluation.ts';
import type { StageRun } from '../run/stage.ts';
import { scorePredictions } from '../statistics/score-predictions.ts';
import { prepareArm } from './arms.ts';

/** Scores one arm on every benchmark, over all seeds and all draws of its set, and keeps every prediction. */
export const runEvaluate: StageRun<'evaluate'> = async (context, { round, arm: name }) => {
  const { store, plan, report } = context;
  const { runId, config } = plan;
  const classes = plan.classes.length;
  const arm = await prepareArm({ ...context, round }, parseArm(name));
  const nets = Array.from({ length: config.seeds * arm.draws }, (_, net) => {
    return { seed: Math.floor(net / arm.draws), draw: net % arm.draws };
  });
  const benchmarks = await readBenchmarks(store, plan);
  const scores: Record<string, NetScore[]> = {};
  const predictions = new Map<string, BenchmarkPredictions>();
  for (const [benchmark, { count, labels, sha256 }] of benchmarks) {
    scores[benchmark] = [];
    const probabilities = new Float32Array(nets.length * count * classes);
    const shape = { seeds: config.seeds, draws: arm.draws, images: count, classes };
    predictions.set(benchmark, { ...shape, probabilities, labels, order: orderOf(sha256) });
  }
  for (const [index, { seed, draw }] of nets.entries()) {
    const answer = await arm.answerOf(seed, draw);
    for (const [benchmark, images] of benchmarks) {
      const p = await answer(benchmark, images);
      predictions.get(benchmark)!.probabilities.set(p, index * p.length);
      scores[benchmark]!.push({ seed, draw, ...scorePredictions(p, images.labels, classes) });
    }
    report(index + 1, nets.length);
  }
  await predictionsFile(runId, name).write(store, predictions);
  await evaluationFile(runId, name).write(store, { arm: name, images: arm.images, draws: arm.draws, scores });
  return { counts: { nets: nets.length, images: arm.images } };
};
