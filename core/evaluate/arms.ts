import { type DistilledImages, readRunSet } from '../artifacts/distilled.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import { readMinedSet } from '../artifacts/mined.ts';
import { readModel, readModels } from '../artifacts/model.ts';
import { type Arm, type ArmKind, labelsOf, type SetArmKind } from '../contracts/arms.ts';
import { drawsOf, hasBanks } from '../contracts/config.ts';
import type { SetSpec } from '../contracts/names.ts';
import { teacherRole } from '../contracts/plan.ts';
import type { Role } from '../contracts/roles.ts';
import { withPseudoLabels } from '../train/training-data.ts';
import { prepareBackbone } from './backbone.ts';
import { halfResolutionControl } from './boost.ts';
import { boosted, withLabels, withSoft } from './boosted-arm.ts';
import { trainOnSet } from './only.ts';
import { type ArmContext, answered, type PreparedArm } from './prepared-arm.ts';
import { setData } from './set-data.ts';
import { minedWithSoftLabels, poolWithSoftLabels } from './soft-labels.ts';

type ArmOf<Kind extends ArmKind> = Kind extends SetArmKind
  ? Extract<Arm, { kind: SetArmKind }>
  : Exclude<Arm, { kind: SetArmKind }>;
type Prepare<Kind extends ArmKind> = (context: ArmContext, arm: ArmOf<Kind>) => Promise<PreparedArm>;

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
    const draws = Array.from({ length: config.draws }, (_, draw) => withSoft(context, undefined, draw));
    return boosted(context, arm, 0, draws);
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
  context: ArmContext,
  arm: ArmOf<Kind> & { readonly kind: Kind },
): Promise<PreparedArm> {
  return PREPARE[arm.kind](context, arm);
}

/** A net that the run has trained already. */
async function trained({ store, plan, round }: ArmContext, role: Role): Promise<PreparedArm> {
  const read = (seed: number) => readModel(store, plan, role, seed, round);
  const { card } = await read(0);
  return answered(card.trainedOn.mined, 1, async (seed) => [(await read(seed)).weights]);
}

/** Every draw of a distilled set. */
function readDraws({ store, plan: { runId, config } }: ArmContext, set: SetSpec): Promise<DistilledImages[]> {
  return Promise.all(drawsOf(config, set).map((drawn) => readRunSet(store, runId, drawn)));
}

/** A small net of each seed that has seen the set alone. */
async function trainedOnSet(context: ArmContext, { kind, set }: ArmOf<SetArmKind>): Promise<PreparedArm> {
  const { plan, checkpointer } = context;
  const sets = await readDraws(context, set);
  const labels = labelsOf(kind);
  const learn = sets.map((set) => setData(set, labels, plan.config));
  const netsOf = async (seed: number, draw: number) => [
    await trainOnSet(sets[draw]!, plan.config, seed, { labels, data: learn[draw], checkpointer }),
  ];
  return answered(sets[0]!.count, sets.length, netsOf);
}

/** The primitive, fine-tuned with other labels of a set than those that come with it. */
async function boostedOtherwise(context: ArmContext, arm: ArmOf<SetArmKind>): Promise<PreparedArm> {
  const sets = await readDraws(context, arm.set);
  const learn = sets.map((set) => withLabels(context, setData(set, labelsOf(arm.kind), context.plan.config)));
  return boosted(context, arm, sets[0]!.count, learn);
}
