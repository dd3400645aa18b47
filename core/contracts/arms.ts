import { z } from 'zod';
import { hasBanks, hasConsistency, hasNoisy, type OtherLabels, type RunConfig, setsOf } from './config.ts';
import { isBaseline } from './methods.ts';
import { parseSetName, type SetSpec, setName } from './names.ts';

/** Where an arm stands in the report: each group is a table of its own. */
export const ARM_GROUPS = ['scratch', 'boost', 'boost-fixed', 'boost-hard', 'only', 'only-fixed', 'only-hard'] as const;
export type ArmGroup = (typeof ARM_GROUPS)[number];

/** What an arm is there for: where gains start, what ours have to beat, what they could reach at most, or what a run offers. */
export type Standing = 'start' | 'control' | 'baseline' | 'ceiling' | 'ours';

interface ArmEntry {
  readonly group: ArmGroup;
  /** What is trained and measured, for the card. */
  readonly meaning: string;
  /** What is special about it in its group, for the report: goes on after its name. */
  readonly note?: string;
  /**
   * Patterns of the arms that it has to beat before its gain means anything; the report shows the difference to the first.
   */
  readonly controls: readonly string[];
  /** Arms that learn from many more images with labels of the same kind: nobody expects it to beat them. */
  readonly ceilings?: readonly string[];
  /** Labels that its images are learned with instead of what comes with them. @default a set's bank, if it has one */
  readonly labels?: OtherLabels;
  /** Of an arm that exists once. That of a distilled set's arm follows from the set's method. */
  readonly standing?: Standing;
}

/** Stands for the name of a distilled set in the pattern of an arm. */
const SET = '<method>-ipc<k>';

/**
 * Every kind of arm, that is, of a net that is trained and measured: the rows of the accuracy tables, in their order. The key
 * is the pattern of the name; one with `<method>-ipc<k>` stands for an arm for each distilled set. How the net is made is
 * said in `core/evaluate/arms.ts`: a new arm is an entry here and one there.
 */
export const ARMS = {
  primitive: { group: 'scratch', standing: 'start', meaning: 'the labelled set alone', controls: [] },
  control: {
    group: 'scratch',
    standing: 'control',
    meaning: "the student's recipe on the labelled set alone: what more or other training gives without the pool",
    note: 'learns as long as omni, from the labelled images alone',
    controls: [],
  },
  omni: {
    group: 'scratch',
    standing: 'ours',
    meaning: 'the primitive, gone on with on labelled and mined images (`student.start`): the student',
    note: 'learns from the labelled and the mined images',
    controls: ['control'],
  },
  'consistent-control': {
    group: 'scratch',
    standing: 'control',
    meaning: 'the control, gone on with by consistency on the labelled images as if they were the pool',
    note: 'goes on from the control and takes the labelled images for the pool',
    controls: [],
  },
  consistent: {
    group: 'scratch',
    standing: 'ours',
    meaning: 'the student, gone on with by consistency on pool images without their labels',
    note: 'goes on from omni: of varied images of the pool it has to say what is said of the images themselves',
    controls: ['consistent-control'],
  },
  'noisy-control': {
    group: 'scratch',
    standing: 'control',
    meaning: 'the noisy student on the labelled set alone, taught by the controls',
    note: 'is noisy without the pool: taught by the controls on the labelled images alone',
    controls: [],
  },
  noisy: {
    group: 'scratch',
    standing: 'ours',
    meaning: 'a fresh net that learns what the teachers of all seeds say of varied and mixed images of the whole pool',
    note: 'starts afresh and learns what the teachers of all seeds say of varied and mixed images of the whole pool',
    controls: ['noisy-control'],
  },
  ensemble: {
    group: 'scratch',
    standing: 'ours',
    meaning:
      'the mean of the teachers (`consistent`, or `omni` where there is no consistency training) of all other seeds',
    note: 'is the mean of what the teachers of all other seeds say',
    controls: [],
  },
  backbone: {
    group: 'scratch',
    standing: 'ceiling',
    meaning:
      'a linear head on the backbone that mined, fitted on the labelled set alone: what the backbone is worth by itself',
    note: 'is a linear head on the model that mined, fitted on the labelled images alone',
    controls: [],
  },
  'boost/none': {
    group: 'boost',
    standing: 'control',
    meaning: 'the primitive fine-tuned shortly on the labelled set alone',
    note: 'adds nothing',
    controls: ['boost/no-pool'],
  },
  'boost/mined': {
    group: 'boost',
    standing: 'ours',
    meaning: 'the primitive fine-tuned shortly on labelled and mined images',
    note: 'adds the whole mined set',
    controls: ['boost/no-pool'],
  },
  'boost/mined-soft': {
    group: 'boost',
    standing: 'ceiling',
    meaning:
      "the primitive fine-tuned shortly on labelled and mined images with the students' soft labels, of as many views as a set's bank holds: what a distilled set stands for",
    note: 'adds the mined images with the teachers’ soft labels',
    controls: ['boost/no-pool'],
  },
  'boost/pool-soft': {
    group: 'boost',
    standing: 'ceiling',
    meaning:
      'the same with images of the whole pool instead of the mined ones: what the labels give without any choice of images',
    note: 'adds images of the whole pool with them',
    controls: ['boost/no-pool'],
  },
  'boost/no-pool': {
    group: 'boost',
    standing: 'control',
    meaning:
      "the primitive fine-tuned shortly on views of the labelled images with the students' soft labels, their bank: what the labels give without any pool image. Where a run makes no banks, their half-resolution copies are added with one label each",
    note: 'learns from the labelled images alone, with the teachers’ soft labels of their views',
    controls: [],
  },
  'only/<method>-ipc<k>': {
    group: 'only',
    meaning: 'a net of half the width, from fresh weights, on the views of the k images per class alone, their bank',
    controls: ['only/random-ipc<k>'],
  },
  'boost/<method>-ipc<k>': {
    group: 'boost',
    meaning:
      'the primitive fine-tuned shortly on the views of the labelled images and of the k images per class, their banks',
    controls: ['boost/no-pool', 'boost/random-ipc<k>'],
    ceilings: ['boost/mined-soft', 'boost/pool-soft'],
  },
  'boost-fixed/no-pool': {
    group: 'boost-fixed',
    standing: 'control',
    meaning:
      "the primitive fine-tuned shortly on the labelled set and its own half-resolution copies, each with one soft label of the students'",
    note: 'adds the labelled images at half resolution with the teachers’ soft labels',
    controls: [],
    labels: 'fixed',
  },
  'boost-fixed/<method>-ipc<k>': {
    group: 'boost-fixed',
    meaning:
      'the primitive fine-tuned shortly on the labelled set and the k images per class, each with one soft label',
    controls: ['boost-fixed/no-pool', 'boost-fixed/random-ipc<k>'],
    labels: 'fixed',
  },
  'boost-hard/<method>-ipc<k>': {
    group: 'boost-hard',
    meaning:
      'the primitive fine-tuned shortly on the labelled set and the k images per class with no label but their class',
    controls: ['boost-hard/random-ipc<k>'],
    labels: 'hard',
  },
  'only-fixed/<method>-ipc<k>': {
    group: 'only-fixed',
    meaning: 'a net of half the width, from fresh weights, on the k images per class alone, each with one soft label',
    controls: ['only-fixed/random-ipc<k>'],
    labels: 'fixed',
  },
  'only-hard/<method>-ipc<k>': {
    group: 'only-hard',
    meaning: 'a net of half the width, from fresh weights, on the k images per class with no label but their class',
    controls: ['only-hard/random-ipc<k>'],
    labels: 'hard',
  },
} as const satisfies Record<string, ArmEntry>;

/** What the arms of a run depend on. */
type Measured = Pick<RunConfig, 'student' | 'distill' | 'evaluate' | 'seeds' | 'backbone'>;

export type ArmKind = keyof typeof ARMS;
export type SetArmKind = Extract<ArmKind, `${string}${typeof SET}`>;
/** Kinds in the order of the tables. */
export const ARM_KINDS = Object.keys(ARMS) as ArmKind[];

/** One row of the accuracy table. */
export type Arm =
  | { readonly kind: Exclude<ArmKind, SetArmKind>; readonly set?: undefined }
  | { readonly kind: SetArmKind; readonly set: SetSpec };

/** `boost/dm-ipc10`: the name of an arm in keys, in the summary and in the report. */
export const armName = ({ kind, set }: Arm): ArmName => (set === undefined ? kind : kind.replace(SET, setName(set)));

/** The name of an arm, as it stands in files. */
export const ArmName = z
  .string()
  .refine((name) => findArm(name) !== undefined, `must be an arm: one of ${ARM_KINDS.join(', ')}`);
export type ArmName = z.infer<typeof ArmName>;

/**
 * What the name of an arm says.
 * @throws RangeError on the name of none
 */
export const parseArm = (name: ArmName): Arm => {
  const arm = findArm(name);
  if (arm === undefined) throw new RangeError(`"${name}" is no arm. Arms are ${ARM_KINDS.join(', ')}.`);
  return arm;
};

/** Kinds that a run measures, and whose meaning its results explain. */
export const measuredKinds = (config: Measured): ArmKind[] => ARM_KINDS.filter((kind) => isMeasured(kind, config));

/** All arms of a run, in the order of the accuracy table. */
export const armsOf = (config: Measured): Arm[] =>
  measuredKinds(config).flatMap((kind): Arm[] =>
    isSetKind(kind) ? setsOf(config).map((set) => ({ kind, set })) : [{ kind }],
  );

/** Whether an arm is what a run offers, or what that has to be compared with. */
export const standingOf = (arm: Arm): Standing => {
  if (arm.set === undefined) return ARMS[arm.kind].standing;
  return isBaseline(arm.set.method) ? 'baseline' : 'ours';
};

/** What an arm has to beat before its gain means anything, the arm itself apart. */
export const controlsOf = (arm: Arm): ArmName[] => {
  const controls: readonly string[] = ARMS[arm.kind].controls;
  return controls
    .map((pattern) => pattern.replace('<k>', String(arm.set?.ipc)))
    .filter((control) => control !== armName(arm));
};

/** What an arm could reach at most. */
export const ceilingsOf = (arm: Arm): readonly ArmName[] => {
  const { ceilings = [] }: ArmEntry = ARMS[arm.kind];
  return ceilings;
};

/** Everything that an arm is compared with: where gains start, its controls and its ceilings. */
export const referencesOf = (arm: Arm): ArmName[] =>
  standingOf(arm) === 'start' ? [] : ['primitive', ...controlsOf(arm), ...ceilingsOf(arm)];

/**
 * Whether a comparison is one of those that a run is made for, and that are corrected for their number: each of ours against
 * its first control, and the student against the primitive as well. What is learned with other labels is there to be looked at.
 */
export const isPlanned = (arm: Arm, reference: ArmName): boolean =>
  standingOf(arm) === 'ours' &&
  labelsOf(arm.kind) === undefined &&
  (reference === controlsOf(arm)[0] || (arm.kind === 'omni' && reference === 'primitive'));

/** The arm of the nets that teach: the last ones that learned from the pool before anything is distilled. */
export const teacherArm = (config: Pick<RunConfig, 'student'>): ArmKind =>
  hasConsistency(config) ? 'consistent' : 'omni';

/** Labels that an arm's images are learned with instead of what comes with them. */
export const labelsOf = (kind: ArmKind): OtherLabels | undefined => {
  const { labels }: ArmEntry = ARMS[kind];
  return labels;
};

function findArm(name: string): Arm | undefined {
  for (const kind of ARM_KINDS) {
    if (!isSetKind(kind)) {
      if (kind === name) return { kind };
      continue;
    }
    const start = kind.slice(0, -SET.length);
    const set = name.startsWith(start) ? parseSetName(name.slice(start.length)) : undefined;
    if (set !== undefined) return { kind, set };
  }
  return undefined;
}

function isMeasured(kind: ArmKind, config: Measured): boolean {
  const labels = labelsOf(kind);
  if (labels !== undefined) return hasBanks(config) && config.evaluate.otherLabels.includes(labels);
  if (kind === 'backbone') return config.backbone !== undefined;
  if (kind === 'ensemble') return config.seeds > 1;
  if (kind === 'consistent' || kind === 'consistent-control') return hasConsistency(config);
  if (kind === 'noisy' || kind === 'noisy-control') return hasNoisy(config);
  return true;
}

function isSetKind(kind: ArmKind): kind is SetArmKind {
  return kind.endsWith(SET);
}
