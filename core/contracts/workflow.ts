import { ARMS, armName, armsOf } from './arms.ts';
import { drawsOf, hasBanks, hasConsistency, hasNoisy, releasedSets, setsOf } from './config.ts';
import type { ParameterName } from './job-parameters.ts';
import { matchesFeatures, optimises } from './methods.ts';
import { type Plan, type PlanItem, type PlanOutput, toleratedShards } from './plan.ts';
import type { Role } from './roles.ts';
import { type FunctionName, type JobKind, parseJobName, type StageName } from './stages.ts';

/** A state of the workflow that runs one job or function. */
interface SingleStep {
  readonly state: string;
  readonly stage: JobKind | FunctionName;
}

/** A state that runs a job for each of some items. */
export interface MapStep {
  readonly state: string;
  readonly stage: JobKind;
  /** Name of the state that submits one job. */
  readonly each: string;
  /** Name of the list that it maps over. */
  readonly items: string;
  /** What stands in the list: the parameters of each job, or where `bare` names one, that one's values. */
  readonly list: (plan: Plan) => readonly PlanItem[];
  readonly bare?: ParameterName;
  /** More items than a Map may have: a Distributed Map. */
  readonly distributed?: boolean;
  /** Field of Plan's output that says how many of the jobs may fail; by default one that fails ends the run. */
  readonly tolerated?: 'toleratedShards';
  /** Which jobs are this state's, where another one runs jobs of the same kind. */
  readonly only?: { readonly parameter: ParameterName; readonly values: readonly string[] };
}

/** The order of the states before, in and after the rounds of mining. Those of `rounds` come again in every round. */
export const WORKFLOW = {
  before: [
    { state: 'Plan', stage: 'plan' },
    { state: 'Prepare', stage: 'prepare' },
    {
      state: 'TrainPrimitives',
      stage: 'train',
      each: 'TrainPrimitive',
      items: 'primitives',
      list: (plan) => [
        ...(plan.config.backbone === undefined ? [] : trained(plan, 'backbone', 1)),
        // Takes as long whatever the preset: longer than a net of a short one, and a tenth of one of a long one.
        ...(plan.config.mining.gate.on ? trained(plan, 'gate', 1) : []),
        ...trained(plan, 'primitive'),
        ...trained(plan, 'fold', plan.folds),
      ],
      only: { parameter: 'role', values: ['primitive', 'fold', 'gate', 'backbone'] },
    },
  ],
  rounds: [
    // A child whose shard failed has failed, so that a redrive mines it again; Aggregate names those that were tolerated.
    {
      state: 'MineShards',
      stage: 'mine',
      each: 'MineShard',
      items: 'shards',
      list: ({ shardCount }) => upTo(shardCount),
      bare: 'shard',
      distributed: true,
      tolerated: 'toleratedShards',
    },
    { state: 'Aggregate', stage: 'aggregate' },
    {
      state: 'CompareFolds',
      stage: 'compare',
      each: 'CompareFold',
      items: 'folds',
      list: ({ folds }) => Array.from({ length: folds }, (_, fold) => fold),
      bare: 'fold',
    },
    // Ends the run where the mined images do harm, unless its input says otherwise.
    { state: 'Decide', stage: 'decide' },
    {
      state: 'TrainStudents',
      stage: 'train',
      each: 'TrainStudent',
      items: 'students',
      list: (plan) => [...trained(plan, 'student'), ...trained(plan, 'control')],
      only: { parameter: 'role', values: ['student', 'control'] },
    },
    {
      state: 'TrainConsistent',
      stage: 'train',
      each: 'TrainConsistentNet',
      items: 'consistent',
      list: (plan) =>
        hasConsistency(plan.config) ? [...trained(plan, 'consistent'), ...trained(plan, 'consistent-control')] : [],
      only: { parameter: 'role', values: ['consistent', 'consistent-control'] },
    },
    {
      state: 'TrainNoisy',
      stage: 'train',
      each: 'TrainNoisyNet',
      items: 'noisy',
      list: (plan) => (hasNoisy(plan.config) ? [...trained(plan, 'noisy'), ...trained(plan, 'noisy-control')] : []),
      only: { parameter: 'role', values: ['noisy', 'noisy-control'] },
    },
  ],
  after: [
    {
      state: 'Pretrain',
      stage: 'pretrain',
      each: 'PretrainNets',
      items: 'pretrained',
      list: ({ config: { distill } }) => (distill.methods.some(matchesFeatures) ? upTo(distill.matching.nets) : []),
      bare: 'seed',
    },
    {
      state: 'LabelViews',
      stage: 'label',
      each: 'LabelDraw',
      items: 'labelledBanks',
      list: ({ config }) => (hasBanks(config) ? upTo(config.draws) : []),
      bare: 'draw',
    },
    {
      state: 'Distill',
      stage: 'distill',
      each: 'DistillSet',
      items: 'distilled',
      list: ({ config }) =>
        longFirst(setsOf(config), ({ method }) => optimises(method)).flatMap((spec) => drawsOf(config, spec)),
    },
    {
      state: 'MeasurePrivacy',
      stage: 'privacy',
      each: 'MeasureSet',
      items: 'released',
      list: ({ config }) => releasedSets(config),
    },
    {
      state: 'Evaluate',
      stage: 'evaluate',
      each: 'EvaluateSet',
      items: 'evaluations',
      // What has a training of its own was trained by the states before; a backbone has to look at every image.
      list: ({ config }) =>
        longFirst(armsOf(config), ({ kind }) => ARMS[kind].group !== 'scratch' || kind === 'backbone').map((arm) => ({
          arm: armName(arm),
        })),
    },
    { state: 'Publish', stage: 'publish' },
  ],
} as const satisfies Readonly<Record<string, readonly (SingleStep | MapStep)[]>>;

export type Step = SingleStep | MapStep;

/** All states that a person thinks in, in their order. */
export const STEPS: readonly Step[] = [...WORKFLOW.before, ...WORKFLOW.rounds, ...WORKFLOW.after];

/** Names of the stages in the order in which a run first comes to them. */
export const STAGES: readonly StageName[] = [...new Set(STEPS.map(({ stage }) => stage))];

/** The state that mines; its name is the label in the ARNs of its children. */
export const MINING = WORKFLOW.rounds[0].state;

export const isMapStep = (step: Step): step is MapStep => 'items' in step;

/** Whether a job, by its name without its run's, is one that a state submits. */
export function isJobOf(step: Step, name: string): boolean {
  const parsed = parseJobName(name);
  if (parsed === undefined || parsed.kind !== step.stage) return false;
  const only = isMapStep(step) ? step.only : undefined;
  return only === undefined || only.values.includes(parsed.values[only.parameter] ?? '');
}

/**
 * What the state machine is given by Plan: every list that one of its states maps over.
 * @param evenIfHarmful - as the execution input of this very start says
 */
export function planOutput(plan: Plan, evenIfHarmful = false): PlanOutput {
  const lists = STEPS.filter(isMapStep).map(({ items, list }) => [items, list(plan)] as const);
  const all = Object.fromEntries(lists.map(([name, list]) => [name, [...list]]));
  return { runId: plan.runId, round: 0, evenIfHarmful, toleratedShards: toleratedShards(plan), items: all };
}

/** The parameters of each of a step's jobs, as a list names them. */
export function parametersOf(step: Step, items: PlanOutput['items']): Readonly<Record<string, string | number>>[] {
  if (!isMapStep(step)) return [{}];
  return (items[step.items] ?? []).map((item) => (typeof item === 'object' ? item : { [step.bare!]: item }));
}

function trained({ config }: Plan, role: Role, nets = config.seeds): PlanItem[] {
  return upTo(nets).map((seed) => ({ role, seed }));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The order in which jobs are submitted: a short one at the end of a state lets the other processors wait for less. */
function longFirst<Item>(items: readonly Item[], isLong: (item: Item) => boolean): Item[] {
  return [...items.filter(isLong), ...items.filter((item) => !isLong(item))];
}
