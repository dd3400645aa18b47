import type { Evaluation, Score } from '../contracts/evaluation.ts';
import { evaluationFolder } from '../contracts/keys.ts';
import type { SetSpec } from '../contracts/names.ts';
import { parseTrainingSet } from '../contracts/training-sets.ts';
import { readSet } from '../distill/read-set.ts';
import { viewsOf } from '../distill/set-views.ts';
import type { Weights } from '../nets/weights.ts';
import { readBenchmarks, readLabelledSet, readMinedSet, readModel, readModels } from '../run/inputs.ts';
import type { Job, JobContext } from '../run/stage.ts';
import { writeJson } from '../store/json.ts';
import { type TrainingData, withHardLabels, withSoftLabels } from '../train/training-data.ts';
import { boost, noPoolControl } from './boost.ts';
import { scoreNet } from './metrics.ts';
import { trainOnSet } from './only.ts';

/** One training set made ready: how many images it adds, and the net of a seed. */
interface Contender {
  readonly images: number;
  netOf(seed: number): Promise<Weights>;
}

type Context = JobContext<'evaluate'>;

const contenderOf = async (context: Context): Promise<Contender> => {
  const parsed = parseTrainingSet(context.environment.OMNIDISTILL_TRAINING_SET);
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
  const { store, plan, environment } = context;
  const role = kind === 'omni' ? 'student' : kind;
  const { card } = await readModel(store, plan, role, 0, environment.OMNIDISTILL_ROUND);
  return {
    images: card.trainedOn.mined,
    netOf: async (seed) => (await readModel(store, plan, role, seed, environment.OMNIDISTILL_ROUND)).weights,
  };
};

const alone = async ({ store, plan, checkpointer }: Context, spec: SetSpec): Promise<Contender> => {
  const set = await readSet(store, plan.runId, spec);
  return { images: set.spec.images, netOf: async (seed) => trainOnSet(set, plan.config, seed, checkpointer) };
};

/** The images that a boost adds, and how many files they are. */
const extraOf = async (
  { store, plan, environment }: Context,
  extra: 'none' | 'mined' | 'no-pool' | SetSpec,
): Promise<{ learn: TrainingData | undefined; images: number }> => {
  const classes = plan.classes.length;
  const round = environment.OMNIDISTILL_ROUND;
  if (extra === 'none') return { learn: undefined, images: 0 };
  if (extra === 'mined') {
    const mined = await readMinedSet(store, plan, round);
    return { learn: withHardLabels(mined, classes, plan.config.student.labelSmoothing), images: mined.count };
  }
  if (extra === 'no-pool') {
    const labelled = await readLabelledSet(store, plan.runId);
    const learn = await noPoolControl(labelled, await readModels(store, plan, 'student', round));
    return { learn, images: learn.count };
  }
  const set = await readSet(store, plan.runId, extra);
  const views = viewsOf(set);
  return { learn: withSoftLabels(views, classes, views.targets), images: set.spec.images };
};

const boosted = async (context: Context, extra: 'none' | 'mined' | 'no-pool' | SetSpec): Promise<Contender> => {
  const { store, plan, environment, checkpointer } = context;
  const labelled = await readLabelledSet(store, plan.runId);
  const { learn, images } = await extraOf(context, extra);
  return {
    images,
    netOf: async (seed) => {
      const { weights } = await readModel(store, plan, 'primitive', seed, 0);
      const stream = [environment.OMNIDISTILL_TRAINING_SET, seed];
      return boost(weights, labelled, learn, plan.config, stream, checkpointer);
    },
  };
};

/** Scores one training set on every benchmark over all seeds. */
export const evaluate: Job<'evaluate'> = {
  unit: 'seeds',
  needsBackend: true,
  resumes: true,
  folder: ({ runId }, { OMNIDISTILL_TRAINING_SET }) => evaluationFolder(runId, OMNIDISTILL_TRAINING_SET),

  run: async (context) => {
    const { store, plan, environment, folder, report } = context;
    const contender = await contenderOf(context);
    const benchmarks = await readBenchmarks(store, plan);
    const scores: Record<string, Score[]> = Object.fromEntries(Object.keys(benchmarks).map((name) => [name, []]));
    for (let seed = 0; seed < plan.config.seeds; seed++) {
      const weights = await contender.netOf(seed);
      for (const [name, benchmark] of Object.entries(benchmarks)) {
        scores[name]!.push(await scoreNet(weights, benchmark, seed));
      }
      report(seed + 1, plan.config.seeds);
    }
    const trainingSet = environment.OMNIDISTILL_TRAINING_SET;
    const result: Evaluation = { trainingSet, images: contender.images, scores };
    await writeJson(store, `${folder}/result.json`, result);
    return { counts: { seeds: plan.config.seeds, images: contender.images } };
  },
};
