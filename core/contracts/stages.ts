import { z } from 'zod';
import {
  environmentOf,
  PARAMETERS,
  type ParameterName,
  type ParameterValues,
  type RunAddress,
} from './job-parameters.ts';
import {
  comparisonFolder,
  distilledFolder,
  evaluationFolder,
  inputsFolder,
  labelledBankFolder,
  minedFolder,
  modelFolder,
  pretrainedFolder,
  privacyFolder,
  shardFolder,
} from './keys.ts';

/** Numbers by what was counted. */
export type Tally = Readonly<Record<string, number>>;

const whole = z.number().int().min(0);

/** What a job counts its progress in. */
export type Unit = 'images' | 'steps' | 'nets' | 'views';

/** A stage whose work is done by Batch jobs: one declaration, read by the stack, the worker, the runners and the report. */
export interface JobStage<Name extends ParameterName = ParameterName, Counts extends Tally = Tally> {
  /** What a job is told, in this order in its name. */
  readonly parameters: readonly Name[];
  /** Schema of the job's environment, which gives the parameters by name. */
  readonly environment: z.ZodType<RunAddress & ParameterValues<Name>, unknown>;
  /** Key of the folder that a job writes to. */
  folder(runId: string, parameters: ParameterValues<Name>): string;
  /** Name of a job behind its run's, e.g. `mine-{round}-{shard}`; `{index}` is the place of its item in the map. */
  readonly jobName: string;
  readonly unit: Unit;
  /** What a job says in its stats that it counted. */
  readonly counts: z.ZodType<Counts>;
  /** Computes on tensors: needs a backend here and a GPU on AWS. */
  readonly computes: boolean;
  /** `false`: takes no gradients, and starts sooner without them. @default true */
  readonly learns?: false;
  /** Keeps its state in checkpoints; any other job ends at once when it is told to stop, and begins anew. */
  readonly resumes: boolean;
  /** What it leaves is needed while its run lasts and never again. */
  readonly scratch: boolean;
  /** Longest time of one attempt. Generous: it is there for a job that hangs, not to hurry one that works. */
  readonly hours: number;
}

/** The stages that are Batch jobs, by the last word of the worker's command. */
export const JOBS = {
  prepare: jobStage({
    parameters: [],
    folder: inputsFolder,
    jobName: 'prepare',
    unit: 'images',
    /** Images of the labelled set and of each benchmark, by their fields. */
    counts: z.record(z.string(), whole),
    computes: false,
    resumes: false,
    scratch: false,
    hours: 4,
  }),
  train: jobStage({
    parameters: ['round', 'role', 'seed'],
    folder: (runId, { role, seed, round }) => modelFolder(runId, role, seed, round),
    jobName: 'train-{role}-{seed}',
    unit: 'steps',
    counts: z.strictObject({ steps: whole, labelled: whole, mined: whole }),
    computes: true,
    resumes: true,
    scratch: false,
    hours: 12,
  }),
  mine: jobStage({
    parameters: ['round', 'shard'],
    folder: (runId, { round, shard }) => shardFolder(runId, round, shard),
    jobName: 'mine-{round}-{shard}',
    unit: 'images',
    counts: z.strictObject({
      read: whole,
      candidates: whole,
      candidatesCut: whole,
      rejectionsUnlisted: whole,
      waitSeconds: z.number().min(0),
      computeSeconds: z.number().min(0),
    }),
    computes: true,
    learns: false,
    resumes: false,
    scratch: true,
    hours: 4,
  }),
  compare: jobStage({
    parameters: ['round', 'fold'],
    folder: (runId, { round, fold }) => comparisonFolder(runId, round, fold),
    jobName: 'compare-{round}-{fold}',
    unit: 'steps',
    /** Labelled images that the two nets learned from and were asked about, and mined ones that one of them learned from. */
    counts: z.strictObject({ labelled: whole, heldOut: whole, mined: whole }),
    computes: true,
    resumes: true,
    scratch: false,
    hours: 4,
  }),
  pretrain: jobStage({
    parameters: ['round', 'seed'],
    folder: (runId, { seed }) => pretrainedFolder(runId, seed),
    jobName: 'pretrain-{seed}',
    unit: 'steps',
    counts: z.strictObject({ nets: whole, steps: whole }),
    computes: true,
    resumes: true,
    scratch: true,
    hours: 12,
  }),
  label: jobStage({
    parameters: ['round', 'draw'],
    folder: (runId, { round, draw }) => labelledBankFolder(runId, round, draw),
    jobName: 'label-{draw}',
    unit: 'views',
    counts: z.strictObject({ views: whole }),
    computes: true,
    learns: false,
    resumes: false,
    scratch: false,
    hours: 4,
  }),
  distill: jobStage({
    parameters: ['round', 'method', 'ipc', 'draw'],
    folder: distilledFolder,
    jobName: 'distill-{method}-ipc{ipc}-{draw}',
    unit: 'steps',
    counts: z.strictObject({ images: whole }),
    computes: true,
    resumes: true,
    scratch: false,
    hours: 24,
  }),
  privacy: jobStage({
    parameters: ['round', 'method', 'ipc'],
    folder: privacyFolder,
    jobName: 'privacy-{method}-ipc{ipc}',
    unit: 'nets',
    counts: z.strictObject({ views: whole, nets: whole }),
    computes: true,
    resumes: true,
    scratch: false,
    hours: 12,
  }),
  evaluate: jobStage({
    parameters: ['round', 'arm'],
    folder: (runId, { arm }) => evaluationFolder(runId, arm),
    // Names of arms hold a slash, which a job's name must not.
    jobName: 'evaluate-{index}',
    unit: 'nets',
    counts: z.strictObject({ nets: whole, images: whole }),
    computes: true,
    resumes: true,
    scratch: false,
    hours: 24,
  }),
} as const;

export type JobKind = keyof typeof JOBS;
export const JOB_KINDS = Object.keys(JOBS) as JobKind[];

/** A stage whatever its kind: for code that passes parameters on without knowing them. */
export const anyJob = (kind: JobKind): JobStage => JOBS[kind] as unknown as JobStage;

/** What a kind of job counts. */
export type JobCounts<Kind extends JobKind> = z.infer<(typeof JOBS)[Kind]['counts']>;

/** What a kind of job is told. */
export type JobParameters<Kind extends JobKind> = ParameterValues<(typeof JOBS)[Kind]['parameters'][number]>;

/** A stage that is a Lambda function: short, without a GPU and without a container. */
export interface FunctionStage {
  /** CPU grows with it; a new account may have no more than 3,008. */
  readonly memoryMiB: number | 'setting of the stack';
  /** Its stats: key of the folder that holds them, and what they count. By default it leaves none. */
  readonly stats?: { readonly folder: (runId: string, round: number) => string; readonly counts: z.ZodType<Tally> };
}

export const FUNCTIONS = {
  /** Lists. */
  plan: { memoryMiB: 1024 },
  /** Holds what is mined of all shards at once. */
  aggregate: {
    memoryMiB: 'setting of the stack',
    stats: { folder: minedFolder, counts: z.strictObject({ read: whole, mined: whole, failedShards: whole }) },
  },
  /** Compares predictions of the labelled set. */
  decide: { memoryMiB: 1024 },
  /** Hashes and packs. */
  publish: { memoryMiB: 3008 },
} as const satisfies Readonly<Record<string, FunctionStage>>;

export type FunctionName = keyof typeof FUNCTIONS;
export const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[];

/** Functions that are no stage of a run: they look after its jobs. */
export const KEEPERS = {
  /** Ends a run with the words of a job that no other machine helps. */
  refuse: { memoryMiB: 512, readsStore: true },
  /** Cancels jobs that have waited too long for a machine. */
  unblock: { memoryMiB: 512, readsStore: false },
} as const satisfies Readonly<Record<string, { readonly memoryMiB: number; readonly readsStore: boolean }>>;

export type KeeperName = keyof typeof KEEPERS;
export const KEEPER_NAMES = Object.keys(KEEPERS) as KeeperName[];

export type StageName = JobKind | FunctionName;

export const isJob = (stage: StageName): stage is JobKind => stage in JOBS;

const PLACEHOLDER = /\{(\w+)\}/g;

/** Names in braces in a job's name, in their order. */
export function namedIn(jobName: string): string[] {
  return [...jobName.matchAll(PLACEHOLDER)].map(([, name]) => name!);
}

const NAMES = JOB_KINDS.map((kind) => {
  const pattern = JOBS[kind].jobName.replace(PLACEHOLDER, (_, name: string) => `(?<${name}>${patternOf(name)})`);
  return { kind, pattern: new RegExp(`^${pattern}$`) };
});

/** Takes a job's name (without its run's) apart; `undefined` where it is no job of a run. */
export function parseJobName(
  name: string,
): { readonly kind: JobKind; readonly values: Readonly<Record<string, string>> } | undefined {
  for (const { kind, pattern } of NAMES) {
    const found = pattern.exec(name);
    if (found !== null) return { kind, values: { ...found.groups } };
  }
  return undefined;
}

function jobStage<const Name extends ParameterName, Counts extends Tally>(
  declaration: Omit<JobStage<Name, Counts>, 'environment'>,
): JobStage<Name, Counts> {
  return { ...declaration, environment: environmentOf(declaration.parameters) };
}

/** What may stand in a job's name for a parameter, as a regular expression. */
function patternOf(name: string): string {
  return name === 'index' || PARAMETERS[name as ParameterName].isNumber ? '\\d+' : '[a-z][a-z-]*';
}
