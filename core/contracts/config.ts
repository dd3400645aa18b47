import { z } from 'zod';
import { Backbone } from './backbones.ts';
import { isBaseline, METHOD_NAMES, METHODS, Method } from './methods.ts';
import { Mining, MiningOverrides } from './mining-config.ts';
import type { DrawnSet, SetSpec } from './names.ts';
import { reductionOf } from './nets/architecture.ts';
import { NETS, NetChange, NetSettings } from './nets.ts';
import { netOfRole } from './roles.ts';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const fraction = z.number().min(0).max(1);
const rate = z.number().positive().max(1);

/** What a net sees of an image. */
export const ImageShape = z.strictObject({
  /** Height and width of the model's input in pixels; a net may ask for more than a multiple of 4. */
  size: count(16, 128).multipleOf(4),
  /** 1 grey, 3 colour. */
  channels: z.union([z.literal(1), z.literal(3)]),
});
export type ImageShape = z.infer<typeof ImageShape>;

const Mirror = z.union([z.boolean(), z.literal('auto')]);

const Image = ImageShape.extend({
  // Runs that were planned before this setting go on with the channels that they had.
  /** Whether the images decide the channels: colour where the labelled set and the pool are in colour. */
  fromData: z.boolean().default(false),
  // Runs that were planned before this setting mirror.
  /** Whether an image's mirror shows the same class; `auto` asks the labelled set, before anything is trained. */
  mirror: Mirror.default(true),
});

const Limits = z.strictObject({
  /** Fewest readable images of a class in the labelled set. */
  minPerClass: count(2, 1_000_000),
  /** Pixels of an encoded image beyond which it is rejected unread (decompression bombs). */
  maxPixels: count(1, 1_000_000_000),
  /** Bytes of an encoded image beyond which it is rejected unread. */
  maxBytes: count(1, 1_000_000_000),
});

const Training = z.strictObject({
  steps: count(1, 1_000_000),
  learningRate: rate,
  weightDecay: fraction,
  labelSmoothing: z.number().min(0).max(0.9),
  /** Beta parameter of mixup; 0 turns it off. */
  mixup: z.number().min(0).max(1),
  /** Decay of the exponential moving average of the weights; 0 keeps the last weights. */
  ema: z.number().min(0).max(0.9999),
});

const Primitive = Training.extend({ batch: count(2, 4096) });

/** Training on labelled images and on pool images without labels. */
const OnPool = z.strictObject({
  /** 0 leaves it out. */
  steps: count(0, 1_000_000),
  labelledPerBatch: count(1, 4096),
  poolPerBatch: count(1, 4096),
  learningRate: rate,
});

/** Goes on from the student on varied pool images, of which it has to say what is said of the images themselves. */
const Consistency = OnPool.extend({
  ema: z.number().min(0).max(0.9999),
  /**
   * Who says what a pool image shows: all students together, as probabilities, once before the training; or the net's own moving
   * average, as a class, at every step.
   */
  teacher: z.enum(['students', 'average']),
  /** Of the moving average: probability of its likeliest class from which a pool image is learned from. */
  threshold: fraction,
});

/** A fresh net that learns from nothing but what the teachers say of varied and mixed images, those of the pool among them. */
const Noisy = OnPool.extend({
  /** Beta parameter by which the images are mixed before they are labelled; 0 for none. */
  mixup: z.number().min(0).max(1),
});

const MinedLabels = z.enum(['hard', 'calibrated']);

/** The student sees both parts in every batch; its control sees as many images, all of them labelled. */
const Student = Training.extend({
  /** What differs from the run's net: the primitives, which mine and are boosted, stay as they are. @default the run's net */
  net: NetChange.optional(),
  /** What is learned of a pseudo-label: that it is right (`hard`, smoothed), or that it is as likely as the miner expects. */
  minedLabels: MinedLabels,
  labelledPerBatch: count(1, 4096),
  minedPerBatch: count(1, 4096),
  consistency: Consistency,
  noisy: Noisy,
});

const MatchingAugmentation = z.enum(['mirror', 'siamese']);
export type MatchingAugmentation = z.infer<typeof MatchingAugmentation>;

const Matching = z.strictObject({
  steps: count(1, 100_000),
  /** For how many steps the nets whose features are matched are trained; some for each of these numbers. */
  pretrainSteps: z.array(count(1, 100_000)).min(1).max(20),
  /** Nets for each of these numbers. */
  nets: count(1, 50),
  realPerClass: count(1, 4096),
  syntheticPerClass: count(1, 4096),
  learningRate: rate,
  // Runs that were planned before these settings go on as they were.
  /** What is done to real and synthetic images alike in a step: mirrored or not, or one of the six kinds of DSA. */
  augmentation: MatchingAugmentation.default('mirror'),
  /** Part of the steps that look through a net with fresh weights, where the others take a trained one. */
  fresh: fraction.default(0),
});

/** Labels of many views of a set's images, stored beside them. */
const Bank = z.strictObject({
  /** Views of each set; 0 leaves one soft label for each image. */
  views: count(0, 1_000_000),
});

/** What a release may tell of single real images. */
const Privacy = z.strictObject({
  /** Part of a set's views that may be copies, beyond which nothing is released; null releases whatever it is and says so. */
  maximumCopies: fraction.nullable(),
});

const Distill = z.strictObject({
  methods: z.array(Method).min(1).max(METHOD_NAMES.length),
  ipc: z.array(count(1, 1000)).min(1).max(5),
  // Runs that were planned before these settings go on without what they are for.
  bank: Bank.default({ views: 0 }),
  matching: Matching,
  privacy: Privacy.default({ maximumCopies: null }),
});

const Boost = z.strictObject({
  steps: count(1, 100_000),
  learningRate: rate,
  labelledPerBatch: count(1, 4096),
  setPerBatch: count(1, 4096),
  ema: z.number().min(0).max(0.9999),
});

/** Labels that a set can do with instead of its bank: one soft label for each image, or no more than its class. */
export const OtherLabels = z.enum(['fixed', 'hard']);
export type OtherLabels = z.infer<typeof OtherLabels>;

const AnyLabels = z.array(OtherLabels).max(OtherLabels.options.length);

const Evaluate = z.strictObject({
  /** Measures every set with these as well, beside its bank. */
  otherLabels: AnyLabels.default([]),
  only: z.strictObject({ steps: count(1, 1_000_000), batch: count(1, 4096), learningRate: rate }),
  boost: Boost,
});

/** Everything a run can be told; `resolveConfig` makes it from a preset and a person's overrides. */
export const RunConfig = z
  .strictObject({
    seed: count(0, 2 ** 31 - 1),
    /** Paired repetitions behind every mean and its interval. */
    seeds: count(1, 20),
    /** How often every set in which chance has a part is drawn, to be crossed with the seeds. */
    draws: count(1, 10),
    /** Parts that the labelled set is cross-fitted in; fewer where a class has fewer images. */
    folds: count(2, 10),
    image: Image,
    limits: Limits,
    net: NetSettings,
    /** Mines in the first round instead of the primitives. */
    backbone: Backbone.optional(),
    primitive: Primitive,
    mining: Mining,
    student: Student,
    distill: Distill,
    evaluate: Evaluate,
  })
  .superRefine(checkSize);
export type RunConfig = z.infer<typeof RunConfig>;

/** Config files of before `pretrainSteps` was called so are still read. */
function renamed(matching: unknown): unknown {
  if (typeof matching !== 'object' || matching === null || !('checkpoints' in matching)) return matching;
  const { checkpoints, ...rest } = matching;
  return { pretrainSteps: checkpoints, ...rest };
}

/** The same, with every field optional: what stands under `config` in an execution input. */
export const ConfigOverrides = z
  .strictObject({
    ...RunConfig.shape,
    image: Image.extend({ fromData: z.boolean(), mirror: Mirror }).partial(),
    limits: Limits.partial(),
    net: NetChange,
    primitive: Primitive.partial(),
    mining: MiningOverrides,
    student: Student.extend({ consistency: Consistency.partial(), noisy: Noisy.partial() }).partial(),
    distill: Distill.extend({
      matching: z.preprocess(
        renamed,
        Matching.extend({ augmentation: MatchingAugmentation, fresh: fraction }).partial(),
      ),
      bank: Bank.partial(),
      privacy: Privacy.partial(),
    }).partial(),
    evaluate: Evaluate.extend({
      otherLabels: AnyLabels,
      only: Evaluate.shape.only.partial(),
      boost: Boost.partial(),
    }).partial(),
  })
  .partial();
export type ConfigOverrides = z.infer<typeof ConfigOverrides>;

/** The distilled sets that a run makes: every method at every number of images per class. */
export const setsOf = ({ distill }: Pick<RunConfig, 'distill'>): SetSpec[] =>
  distill.methods.flatMap((method) => distill.ipc.map((ipc) => ({ method, ipc })));

/** The sets that a release may hold: all but the baselines', which are whole pool images and there to be beaten. */
export const releasedSets = (config: Pick<RunConfig, 'distill'>): SetSpec[] =>
  setsOf(config).filter(({ method }) => !isBaseline(method));

/** Whether the students of a run go on by consistency. */
export const hasConsistency = ({ student }: Pick<RunConfig, 'student'>): boolean => student.consistency.steps > 0;

/** Whether all students together label the pool images that they go on with. */
export const studentsTeach = (config: Pick<RunConfig, 'student'>): boolean =>
  hasConsistency(config) && config.student.consistency.teacher === 'students';

/** Whether the sets of a run come with labels of views. */
export const hasBanks = ({ distill }: Pick<RunConfig, 'distill'>): boolean => distill.bank.views > 0;

/** Whether a run has a noisy-student round. */
export const hasNoisy = ({ student }: Pick<RunConfig, 'student'>): boolean => student.noisy.steps > 0;

/** A set as often as it is drawn: once where chance has no part in it. */
export const drawsOf = ({ draws }: Pick<RunConfig, 'draws'>, spec: SetSpec): DrawnSet[] =>
  Array.from({ length: METHODS[spec.method].drawn ? draws : 1 }, (_, draw) => ({ ...spec, draw }));

/** Sizes that a net cannot halve as often as it has to. */
function checkSize(config: Pick<RunConfig, 'net' | 'student' | 'image'>, context: z.RefinementCtx) {
  const { size } = config.image;
  for (const { name, width } of [netOfRole(config, 'primitive'), netOfRole(config, 'student')]) {
    const multiple = reductionOf(NETS[name].architecture(width));
    if (size % multiple === 0) continue;
    const message = `must be a multiple of ${multiple} for the net "${name}". Received ${size}`;
    context.addIssue({ code: 'custom', path: ['image', 'size'], message });
    return;
  }
}
