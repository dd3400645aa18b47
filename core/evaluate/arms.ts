import { readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel, readModels } from '../artifacts/model.ts';
import { type Arm, type ArmKind, armName, type SetArmKind } from '../contracts/arms.ts';
import { type Role, teacherRole } from '../contracts/plan.ts';
import { viewsOf } from '../distill/views.ts';
import type { Weights } from '../nets/weights.ts';
import type { JobContext } from '../run/stage.ts';
import { type TrainingData, withHardLabels, withSoftLabels } from '../train/training-data.ts';
import { boost, noPoolControl } from './boost.ts';
import { trainOnSet } from './only.ts';

/** An arm made ready: how many images it stands for, and the net of a seed. */
export interface PreparedArm {
  /** Beside the labelled set, or instead of it. */
  readonly images: number;
  /** The net of a seed, or several whose mean counts. */
  netsOf(seed: number): Promise<readonly Weights[]>;
}

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

  ensemble: async ({ store, plan, round }) => {
    const { card } = await readModel(store, plan, teacherRole(plan.config), 0, round);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    return { images: card.trainedOn.mined, netsOf: async (seed) => teachers.filter((_, i) => i !== seed) };
  },

  'boost/none': (context, arm) => boosted(context, arm, { learn: undefined, images: 0 }),

  'boost/mined': async (context, arm) => {
    const { store, plan, round } = context;
    const mined = await readMinedSet(store, plan, round);
    const hard = withHardLabels(mined, plan.classes.length, plan.config.student.labelSmoothing);
    const learn = { ...hard, weights: mined.weights };
    return boosted(context, arm, { learn, images: mined.count });
  },

  'boost/no-pool': async (context, arm) => {
    const { store, plan, round } = context;
    const labelled = await labelledSetFile(plan.runId).read(store);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    const learn = await noPoolControl(labelled, teachers);
    return boosted(context, arm, { learn, images: learn.count });
  },

  'only/<method>-ipc<k>': async ({ store, plan, checkpointer }, arm) => {
    const set = await readRunSet(store, plan.runId, arm.set);
    return { images: set.count, netsOf: async (seed) => [await trainOnSet(set, plan.config, seed, checkpointer)] };
  },

  'boost/<method>-ipc<k>': async (context, arm) => {
    const { store, plan } = context;
    const set = await readRunSet(store, plan.runId, arm.set);
    const learn = withSoftLabels(viewsOf(set, set.spec.factor), plan.classes.length, set.labels);
    return boosted(context, arm, { learn, images: set.count });
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
  return { images: card.trainedOn.mined, netsOf: async (seed) => [(await read(seed)).weights] };
}

/** What a boost adds to the labelled set, and how many files that is. */
interface Extra {
  readonly learn: TrainingData | undefined;
  readonly images: number;
}

/** The primitive of each seed, fine-tuned shortly. */
async function boosted(
  { store, plan, checkpointer }: Context,
  arm: Arm,
  { learn, images }: Extra,
): Promise<PreparedArm> {
  const labelled = await labelledSetFile(plan.runId).read(store);
  return {
    images,
    netsOf: async (seed) => {
      const { weights } = await readModel(store, plan, 'primitive', seed, 0);
      return [await boost(weights, labelled, learn, plan.config, [armName(arm), seed], checkpointer)];
    },
  };
}
