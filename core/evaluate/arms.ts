import { labelledBankFile } from '../artifacts/bank.ts';
import { type DistilledImages, readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel, readModels } from '../artifacts/model.ts';
import { bankData } from '../bank/bank-data.ts';
import { type Arm, type ArmKind, armName, labelsOf, type SetArmKind } from '../contracts/arms.ts';
import { drawsOf, hasBanks } from '../contracts/config.ts';
import type { SetSpec } from '../contracts/names.ts';
import { teacherRole } from '../contracts/plan.ts';
import type { Role } from '../contracts/roles.ts';
import type { ImageSet } from '../data/image-set.ts';
import type { Weights } from '../nets/weights.ts';
import type { JobContext } from '../run/stage.ts';
import { type MadeData, type TrainingData, withPseudoLabels } from '../train/training-data.ts';
import { prepareBackbone } from './backbone.ts';
import { type BoostData, boost, halfResolutionControl, labelledWith, viewsWith } from './boost.ts';
import { trainOnSet } from './only.ts';
import { predictBenchmark } from './predict-benchmark.ts';
import type { PreparedArm } from './prepared-arm.ts';
import { setData } from './set-data.ts';
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

  'boost/none': (context, arm) => boosted(context, arm, 0, [withLabels(context, undefined)]),

  'boost/mined': async (context, arm) => {
    const { store, plan, round } = context;
    const mined = await readMinedSet(store, plan, round);
    const learn = withPseudoLabels(mined, plan.classes.length, plan.config.student);
    return boosted(context, arm, mined.count, [withLabels(context, learn)]);
  },

  'boost/mined-soft': async (context, arm) => {
    const { images, data } = await minedWithSoftLabels(context.store, context.plan, context.round);
    return boosted(context, arm, images, [withSoft(context, data, 0)]);
  },

  'boost/pool-soft': async (context, arm) => {
    const { images, data } = await poolWithSoftLabels(context.store, context.plan, context.round);
    return boosted(context, arm, images, [withSoft(context, data, 0)]);
  },

  'boost/no-pool': async (context, arm) => {
    const { config } = context.plan;
    if (!hasBanks(config)) return PREPARE['boost-fixed/no-pool'](context, { kind: 'boost-fixed/no-pool' });
    return boosted(
      context,
      arm,
      0,
      upTo(config.draws).map((draw) => withSoft(context, undefined, draw)),
    );
  },

  'boost/<method>-ipc<k>': async (context, arm) => {
    const sets = await readDraws(context, arm.set);
    const learn = sets.map((set, draw) => withSoft(context, setData(set, undefined, context.plan.config), draw));
    return boosted(context, arm, sets[0]!.count, learn);
  },

  'boost-fixed/no-pool': async (context, arm) => {
    const { store, plan, round } = context;
    const labelled = await labelledSetFile(plan.runId).read(store);
    const teachers = await readModels(store, plan, teacherRole(plan.config), round);
    const learn = await halfResolutionControl(labelled, teachers);
    return boosted(context, arm, learn.count, [withLabels(context, learn)]);
  },

  'boost-fixed/<method>-ipc<k>': (context, arm) => boostedOtherwise(context, arm),
  'boost-hard/<method>-ipc<k>': (context, arm) => boostedOtherwise(context, arm),

  'only/<method>-ipc<k>': (context, arm) => trainedOnSet(context, arm),
  'only-fixed/<method>-ipc<k>': (context, arm) => trainedOnSet(context, arm),
  'only-hard/<method>-ipc<k>': (context, arm) => trainedOnSet(context, arm),
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
function readDraws({ store, plan: { runId, config } }: Context, set: SetSpec): Promise<DistilledImages[]> {
  return Promise.all(drawsOf(config, set).map((drawn) => readRunSet(store, runId, drawn)));
}

/** A small net of each seed that has seen the set alone. */
async function trainedOnSet(context: Context, { kind, set }: ArmOf<SetArmKind>): Promise<PreparedArm> {
  const { plan, checkpointer } = context;
  const sets = await readDraws(context, set);
  const labels = labelsOf(kind);
  const netsOf = async (seed: number, draw: number) => [
    await trainOnSet(sets[draw]!, plan.config, seed, { labels, checkpointer }),
  ];
  return answered(sets[0]!.count, sets.length, netsOf);
}

/** The primitive, fine-tuned with other labels of a set than those that come with it. */
async function boostedOtherwise(context: Context, arm: ArmOf<SetArmKind>): Promise<PreparedArm> {
  const sets = await readDraws(context, arm.set);
  const learn = sets.map((set) => withLabels(context, setData(set, labelsOf(arm.kind), context.plan.config)));
  return boosted(context, arm, sets[0]!.count, learn);
}

/** What a draw of an arm adds to the labelled set, and how that is learned from. */
type MakeBoostData = (labelled: ImageSet) => BoostData | Promise<BoostData>;

/** The labelled set has its hard labels. */
function withLabels({ plan }: Context, extra: TrainingData | MadeData | undefined): MakeBoostData {
  return (labelled) => labelledWith(labelled, plan.classes.length, extra, plan.config);
}

/** The labelled images have labels of their views, where the run makes banks. */
function withSoft(context: Context, extra: TrainingData | MadeData | undefined, draw: number): MakeBoostData {
  const { store, plan, round } = context;
  if (!hasBanks(plan.config)) return withLabels(context, extra);
  return async (labelled) => {
    const bank = await labelledBankFile(plan.runId, round, draw).read(store);
    return viewsWith(bankData(bank, labelled), extra, plan.config);
  };
}

/**
 * The primitive of each seed, fine-tuned shortly.
 * @param images - how many files are added
 * @param draws - what is learned from in each
 */
async function boosted(
  { store, plan, checkpointer }: Context,
  arm: Arm,
  images: number,
  draws: readonly MakeBoostData[],
): Promise<PreparedArm> {
  const labelled = await labelledSetFile(plan.runId).read(store);
  const data = await Promise.all(draws.map((make) => make(labelled)));
  return answered(images, draws.length, async (seed, draw) => {
    const { weights } = await readModel(store, plan, 'primitive', seed, 0);
    return [await boost(weights, labelled, data[draw]!, plan.config, [armName(arm), draw, seed], checkpointer)];
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
