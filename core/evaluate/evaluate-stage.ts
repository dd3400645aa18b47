import { readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile, readBenchmarks } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel, readModels } from '../artifacts/model.ts';
import { evaluationFile } from '../artifacts/run.ts';
import type { Score } from '../contracts/evaluation.ts';
import type { SetSpec } from '../contracts/names.ts';
import type { JobParameters } from '../contracts/stages.ts';
import { parseTrainingSet } from '../contracts/training-sets.ts';
import { viewsOf } from '../distill/set-views.ts';
import type { Weights } from '../nets/weights.ts';
import type { JobContext, RunJob } from '../run/stage.ts';
import { type LearnSet, withHardLabels, withSoftLabels } from '../train/learn-set.ts';
import { boost, noPoolControl } from './boost.ts';
import { scoreNet } from './metrics.ts';
import { trainOnSet } from './only.ts';

/** Scores one training set on every benchmark over all seeds. */
export const runEvaluate: RunJob<'evaluate'> = async (context, parameters) => {
  const { store, plan, report } = context;
  const { trainingSet } = parameters;
  const contender = await contenderOf({ ...context, ...parameters });
  const benchmarks = await readBenchmarks(store, plan);
  const scores: Record<string, Score[]> = Object.fromEntries([...benchmarks.keys()].map((name) => [name, []]));
  for (let seed = 0; seed < plan.config.seeds; seed++) {
    const weights = await contender.netOf(seed);
    for (const [name, benchmark] of benchmarks) scores[name]!.push(await scoreNet(weights, benchmark, seed));
    report(seed + 1, plan.config.seeds);
  }
  await evaluationFile(plan.runId, trainingSet).write(store, { trainingSet, images: contender.images, scores });
  return { counts: { seeds: plan.config.seeds, images: contender.images } };
};

/** One training set made ready: how many images it adds, and the net of a seed. */
interface Contender {
  readonly images: number;
  netOf(seed: number): Promise<Weights>;
}

interface Context extends JobContext, JobParameters<'evaluate'> {}

const contenderOf = async (context: Context): Promise<Contender> => {
  const parsed = parseTrainingSet(context.trainingSet);
  switch (parsed.kind) {
    case 'boost':
      return boosted(context, parsed.extra);
    case 'only':
      return alone(context, parsed.extra);
    default:
      return trained(context, parsed.kind);
  }
};

/** A net that the run has trained already. */
const trained = async (context: Context, kind: 'primitive' | 'control' | 'omni'): Promise<Contender> => {
  const { store, plan, round } = context;
  const role = kind === 'omni' ? 'student' : kind;
  const { card } = await readModel(store, plan, role, 0, round);
  return {
    images: card.trainedOn.mined,
    netOf: async (seed) => (await readModel(store, plan, role, seed, round)).weights,
  };
};

const alone = async ({ store, plan, session }: Context, spec: SetSpec): Promise<Contender> => {
  const set = await readRunSet(store, plan.runId, spec);
  return { images: set.spec.images, netOf: async (seed) => trainOnSet(set, plan.config, seed, session) };
};

/** The images that a boost adds, and how many files they are. */
const extraOf = async (
  { store, plan, round }: Context,
  extra: 'none' | 'mined' | 'no-pool' | SetSpec,
): Promise<{ learn: LearnSet | undefined; images: number }> => {
  const classes = plan.classes.length;
  if (extra === 'none') return { learn: undefined, images: 0 };
  if (extra === 'mined') {
    const mined = await readMinedSet(store, plan, round);
    return { learn: withHardLabels(mined, classes, plan.config.student.labelSmoothing), images: mined.count };
  }
  if (extra === 'no-pool') {
    const labelled = await labelledSetFile(plan.runId).read(store);
    const learn = await noPoolControl(labelled, await readModels(store, plan, 'student', round));
    return { learn, images: learn.count };
  }
  const set = await readRunSet(store, plan.runId, extra);
  const views = viewsOf(set);
  return { learn: withSoftLabels(views, classes, views.targets), images: set.spec.images };
};

const boosted = async (context: Context, extra: 'none' | 'mined' | 'no-pool' | SetSpec): Promise<Contender> => {
  const { store, plan, trainingSet, session } = context;
  const labelled = await labelledSetFile(plan.runId).read(store);
  const { learn, images } = await extraOf(context, extra);
  return {
    images,
    netOf: async (seed) => {
      const { weights } = await readModel(store, plan, 'primitive', seed, 0);
      const stream = [trainingSet, seed];
      return boost(weights, labelled, learn, plan.config, stream, session);
    },
  };
};
