import { type DistilledImages, readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel, readModels } from '../artifacts/model.ts';
import { type Arm, type ArmKind, armName, type SetArmKind } from '../contracts/arms.ts';
import { drawsOf } from '../contracts/config.ts';
import type { SetSpec } from '../contracts/names.ts';
import { type Plan, teacherRole } from '../contracts/plan.ts';
import type { Role } from '../contracts/roles.ts';
import { viewsOf } from '../distill/views.ts';
import type { Weights } from '../nets/weights.ts';
import type { JobContext } from '../run/stage.ts';
import type { Store } from '../store/store.ts';
import { type TrainingData, withPseudoLabels, withSoftLabels } from '../train/training-data.ts';
import { prepareBackbone } from './backbone.ts';
import { boost, noPoolControl } from './boost.ts';
import { trainOnSet } from './only.ts';
import { predictBenchmark } from './predict-benchmark.ts';
import type { PreparedArm } from './prepared-arm.ts';
import { minedWithSoftLabels, poolWithSoftLabels } from './soft-labels.ts';

/** A job, and the round whose mined set and students count. */
interface Context extends JobContext {
  readonly round: number;
}

type ArmOf<Kind extends ArmKind> = Kind extends SetArmKind
  ? Extract<Arm, { kind: SetArmKind }>
  : Exclude<Arm, { kind: SetArmKind }>;
type Prepare<Kind extends ArmKind> = (context: Context, arm: ArmOf<Kind>) => Promise<PreparedArm>;

/** How the nets of each kind of arm are made. */
const PREPARE: { readonly [Kind in ArmKind]: Prepare<Kind> } = {
  primitive: (context) => trained(context, 'primitive'),
  control: (context) => trained(context, 'control'),
  omni: (context) => trained(context, 'student'),
  'consistent-control': (context) => trained(context, 'consistent-control'),
  consistent: (context) => trained(context, 'consistent'),
  'noisy-control': (context) => trained(context, 'noisy-control'),
  noisy: (context) => trained(context, 'noisy'),

  ensemble: async ({ store, plan, round }) => {
    const { card } = await readModel(store, plan, teacherRole(plan.config), 0, round);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    return answered(card.trainedOn.mined, 1, async (seed) => teachers.filter((_, i) => i !== seed));
  },

  backbone: (context) => prepareBackbone(context),

  'boost/none': (context, arm) => boosted(context, arm, [undefined], 0),

  'boost/mined': async (context, arm) => {
    const { store, plan, round } = context;
    const mined = await readMinedSet(store, plan, round);
    const learn = withPseudoLabels(mined, plan.classes.length, plan.config.student);
    return boosted(context, arm, [learn], mined.count);
  },

  'boost/mined-soft': async (context, arm) => {
    const learn = await minedWithSoftLabels(context.store, context.plan, context.round);
    return boosted(context, arm, [learn], learn.count);
  },

  'boost/pool-soft': async (context, arm) => {
    const learn = await poolWithSoftLabels(context.store, context.plan, context.round);
    return boosted(context, arm, [learn], learn.count);
  },

  'boost/no-pool': async (context, arm) => {
    const { store, plan, round } = context;
    const labelled = await labelledSetFile(plan.runId).read(store);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    const learn = await noPoolControl(labelled, teachers);
    return boosted(context, arm, [learn], learn.count);
  },

  'only/<method>-ipc<k>': async ({ store, plan, checkpointer }, arm) => {
    const sets = await readDraws(store, plan, arm.set);
    const netsOf = async (seed: number, draw: number) => [
      await trainOnSet(sets[draw]!, plan.config, seed, checkpointer),
    ];
    return answered(sets[0]!.count, sets.length, netsOf);
  },

  'boost/<method>-ipc<k>': async (context, arm) => {
    const { store, plan } = context;
    const sets = await readDraws(store, plan, arm.set);
    const learn = sets.map((set) => withSoftLabels(viewsOf(set, set.spec.factor), plan.classes.length, set.labels));
    return boosted(context, arm, learn, sets[0]!.count);
  },
};

/** Reads what an arm learns from. */
export function prepareArm<Kind extends ArmKind>(
  context: Context,
  arm: ArmOf<Kind> & { readonly kind: Kind },
): Promise<PreparedArm> {
  return PREPARE[arm.kind](context, arm);
}

/** A net that the run has trained already. */
async function trained({ store, plan, round }: Context, role: Role): Promise<PreparedArm> {
  const read = (seed: number) => readModel(store, plan, role, seed, round);
  const { card } = await read(0);
  return answered(card.trainedOn.mined, 1, async (seed) => [(await read(seed)).weights]);
}

/** @param netsOf - the net of a seed and a draw, or several whose mean counts */
function answered(
  images: number,
  draws: number,
  netsOf: (seed: number, draw: number) => Promise<readonly Weights[]>,
): PreparedArm {
  return {
    images,
    draws,
    async answerOf(seed, draw) {
      const nets = await netsOf(seed, draw);
      return (_, benchmark) => predictBenchmark(nets, benchmark);
    },
  };
}

/** Every draw of a distilled set. */
function readDraws(store: Store, { runId, config }: Plan, set: SetSpec): Promise<DistilledImages[]> {
  return Promise.all(drawsOf(config, set).map((drawn) => readRunSet(store, runId, drawn)));
}

/**
 * The primitive of each seed, fine-tuned shortly.
 * @param extra - what is added to the labelled set, draw by draw
 * @param images - how many files that is
 */
async function boosted(
  { store, plan, checkpointer }: Context,
  arm: Arm,
  extra: readonly (TrainingData | undefined)[],
  images: number,
): Promise<PreparedArm> {
  const labelled = await labelledSetFile(plan.runId).read(store);
  return answered(images, extra.length, async (seed, draw) => {
    const { weights } = await readModel(store, plan, 'primitive', seed, 0);
    return [await boost(weights, labelled, extra[draw], plan.config, [armName(arm), draw, seed], checkpointer)];
  });
}
