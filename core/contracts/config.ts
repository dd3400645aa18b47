import { z } from 'zod';
import { Augmentation, EARLIER_AUGMENTATION } from './augmentation.ts';
import { Backbone } from './backbones.ts';
import { Distill, DistillOverrides } from './distill-config.ts';
import { isBaseline, METHODS } from './methods.ts';
import { Mining, MiningOverrides } from './mining-config.ts';
import type { DrawnSet, SetSpec } from './names.ts';
import { reductionOf } from './nets/architecture.ts';
import { NETS, NetChange, NetSettings } from './nets.ts';
import { netOfRole } from './roles.ts';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const fraction = z.number().min(0).max(1);
const rate = z.number().positive().max(1);
const learningRate = rate.describe('learning rate of AdamW');
const steps = (min: number, meaning: string) => count(min, 1_000_000).meta({ description: meaning, unit: 'steps' });
const perBatch = (which: string) => count(1, 4096).meta({ description: `${which} in a batch`, unit: 'images' });
const ema = z
  .number()
  .min(0)
  .max(0.9999)
  .describe('decay of the exponential moving average of the weights; 0 keeps the last weights');

/** What a net sees of an image. */
export const ImageShape = z.strictObject({
  size: count(16, 128).multipleOf(4).meta({
    description: 'height and width of what the nets see; a net may ask for more than a multiple of 4',
    unit: 'pixels',
  }),
  channels: z
    .union([z.literal(1), z.literal(3)])
    .describe('1 grey, as Pillow makes it (Rec. 601), 3 colour; where a person says it, `fromData` is off'),
});
export type ImageShape = z.infer<typeof ImageShape>;

const Mirror = z
  .union([z.boolean(), z.literal('auto')])
  .describe(
    'whether the mirror of an image shows the same class: then nets learn from both and say the mean of both; `auto` asks the labelled set',
  );
const FromData = z
  .boolean()
  .describe(
    'whether the images decide `channels`: colour where most labelled images and most of the pool are in colour, and the run says so',
  );

const Image = ImageShape.extend({
  // Runs that were planned before this setting go on with the channels that they had.
  fromData: FromData.default(false),
  // Runs that were planned before this setting mirror.
  mirror: Mirror.default(true),
});

const Limits = z.strictObject({
  minPerClass: count(2, 1_000_000).meta({
    description: 'fewest readable images of a class in the labelled set',
    unit: 'images',
  }),
  maxPixels: count(1, 1_000_000_000).meta({
    description: 'size of an encoded image beyond which it is rejected unread (decompression bombs)',
    unit: 'pixels',
  }),
  maxBytes: count(1, 1_000_000_000).meta({
    description: 'size of an encoded image beyond which it is rejected unread',
    unit: 'bytes',
  }),
});

const Training = z.strictObject({
  steps: steps(1, 'length of the training'),
  learningRate,
  weightDecay: fraction.describe('decoupled weight decay of AdamW'),
  labelSmoothing: z.number().min(0).max(0.9).describe('probability that is spread over all classes'),
  mixup: z.number().min(0).max(1).describe('Beta parameter of mixup; 0 turns it off'),
  ema,
});

const Primitive = Training.extend({
  batch: count(2, 4096).meta({ description: 'size of a batch', unit: 'images' }),
});

/** Training on labelled images and on pool images without labels. */
const OnPool = z.strictObject({
  steps: steps(0, 'length of the training; 0 leaves it out'),
  labelledPerBatch: perBatch('labelled images'),
  poolPerBatch: perBatch('pool images'),
  learningRate,
});

const Consistency = OnPool.extend({
  ema,
  teacher: z
    .enum(['students', 'average'])
    .describe(
      'who says what a pool image shows: all `students` together, as probabilities, once before the training; or the moving `average` of the net itself, as a class, at every step (FixMatch)',
    ),
  threshold: fraction.describe(
    'where the moving average teaches: probability of its likeliest class from which a pool image is learned from',
  ),
});

const Noisy = OnPool.extend({
  mixup: z
    .number()
    .min(0)
    .max(1)
    .describe('Beta parameter by which images are mixed before they are labelled; 0 for none'),
});

const MinedLabels = z
  .enum(['hard', 'calibrated'])
  .describe(
    'what is learned of a pseudo-label: that it is right (`hard`, smoothed), or that it is as likely as the miner expects (`calibrated`)',
  );

const Start = z
  .enum(['primitive', 'fresh'])
  .describe(
    "what student and control start from: the `primitive` of their seed, or `fresh` weights, which a net other than the primitives' always has",
  );

const Student = Training.extend({
  net: NetChange.optional().describe(
    'What differs from `net`: the primitives, which mine and are boosted, stay as they are.',
  ),
  // Runs that were planned before this setting started fresh.
  start: Start.default('fresh'),
  minedLabels: MinedLabels,
  labelledPerBatch: perBatch('labelled images'),
  minedPerBatch: perBatch('mined images'),
  consistency: Consistency.describe(
    'Goes on from the student on varied pool images, of which it has to say what is said of the images themselves.',
  ),
  noisy: Noisy.describe(
    'A fresh net that learns from nothing but what the teachers say of varied and mixed images, those of the pool among them.',
  ),
});

const Only = z.strictObject({
  steps: steps(1, 'length of the training from a set alone'),
  batch: count(1, 4096).meta({ description: 'size of a batch', unit: 'images' }),
  learningRate,
});

const Boost = z.strictObject({
  steps: count(1, 100_000).meta({ description: 'length of the fine-tuning of a primitive by a set', unit: 'steps' }),
  learningRate,
  labelledPerBatch: perBatch('labelled images'),
  setPerBatch: perBatch('images of the set'),
  ema,
});

/** How long, and how fast, a net goes on with and without the mined images before the verdict; the rest is as of a boost. */
const Verdict = z.strictObject({
  steps: count(1, 100_000).meta({ description: 'length of the fine-tuning of a net of a fold', unit: 'steps' }),
  learningRate,
});

/** Labels that a set can do with instead of its bank: one soft label for each image, or no more than its class. */
export const OtherLabels = z.enum(['fixed', 'hard']);
export type OtherLabels = z.infer<typeof OtherLabels>;

const AnyLabels = z
  .array(OtherLabels)
  .max(OtherLabels.options.length)
  .describe(
    'measures every set with these labels as well, beside its bank: one soft label an image (`fixed`), or its class alone (`hard`)',
  );

const Evaluate = z.strictObject({
  otherLabels: AnyLabels.default([]),
  only: Only.describe('A fresh net learns from a set alone.'),
  boost: Boost.describe('A primitive is fine-tuned by a set, a little.'),
});

/** Everything a run can be told; `resolveConfig` makes it from a preset and a person's overrides. */
export const RunConfig = z
  .strictObject({
    seed: count(0, 2 ** 31 - 1).describe(
      'seed of all randomness: the same seed on the same backend gives the same bits',
    ),
    seeds: count(1, 20).meta({
      description: 'paired repetitions behind every mean and its interval',
      unit: 'repetitions',
    }),
    draws: count(1, 10).meta({
      description: 'how often every set in which chance has a part is drawn, to be crossed with the seeds',
      unit: 'draws',
    }),
    folds: count(2, 10).meta({
      description: 'parts that the labelled set is cross-fitted in; fewer where a class has fewer images',
      unit: 'parts',
    }),
    image: Image.describe('What the nets see of an image.'),
    // Runs that were planned before this setting vary images as all did then.
    augmentation: Augmentation.default(EARLIER_AUGMENTATION).describe(
      'How far the images are varied that nets learn from; what consistency training varies more, and views of label banks, have their own.',
    ),
    limits: Limits.describe('What is refused.'),
    net: NetSettings.describe('The net that primitives, folds and, unless `student.net` says otherwise, students are.'),
    backbone: Backbone.optional().describe('A model of yours that mines in the first round instead of the primitives.'),
    primitive: Primitive.describe('Training on the labelled set alone.'),
    mining: Mining.describe('How the pool is mined.'),
    student: Student.describe(
      'Training on labelled and mined images. Both are in every batch; the control sees as many images, all of them labelled.',
    ),
    // Runs that were planned before this setting compare at the pace of their boost.
    verdict: Verdict.optional().describe(
      'Whether the mined images help is asked of nets that are fine-tuned with them and without, in batches as of `evaluate.boost`.',
    ),
    distill: Distill.describe('Which sets are distilled, and how.'),
    evaluate: Evaluate.describe('How sets are measured.'),
  })
  .superRefine(checkSize);
export type RunConfig = z.infer<typeof RunConfig>;

/** The same, with every field optional: what stands under `config` in an execution input. */
export const ConfigOverrides = z
  .strictObject({
    ...RunConfig.shape,
    image: Image.extend({ fromData: FromData, mirror: Mirror }).partial(),
    augmentation: Augmentation.partial(),
    limits: Limits.partial(),
    net: NetChange,
    primitive: Primitive.partial(),
    mining: MiningOverrides,
    student: Student.extend({ start: Start, consistency: Consistency.partial(), noisy: Noisy.partial() }).partial(),
    verdict: Verdict.partial(),
    distill: DistillOverrides,
    evaluate: Evaluate.extend({
      otherLabels: AnyLabels,
      only: Only.partial(),
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
