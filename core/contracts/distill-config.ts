import { z } from 'zod';
import { METHOD_NAMES, Method, optimises } from './methods.ts';

const count = (min: number, max: number) => z.number().int().min(min).max(max);
const fraction = z.number().min(0).max(1);

const MatchingAugmentation = z
  .enum(['mirror', 'siamese'])
  .describe(
    'what is done to real and synthetic images alike in a step: mirrored or not, or one of the six kinds of DSA',
  );
const Fresh = fraction.describe(
  'part of the steps that look through a net with fresh weights, where the others take a trained one',
);
const Floor = fraction.describe(
  'least distance in pixels (1 − cosine, as MeasurePrivacy takes it) that matched views keep to every mined and labelled image; 0 keeps none',
);
export type MatchingAugmentation = z.infer<typeof MatchingAugmentation>;

const Matching = z.strictObject({
  steps: count(1, 100_000).meta({ description: 'length of the optimisation of images', unit: 'steps' }),
  pretrainSteps: z.array(count(1, 100_000)).min(1).max(20).meta({
    description: 'for how long the nets whose features are matched are trained; some for each of these numbers',
    unit: 'steps',
  }),
  nets: count(1, 50).meta({ description: 'nets for each of `pretrainSteps`', unit: 'nets' }),
  realPerClass: count(1, 4096).meta({
    description: 'real images of a class that a step compares with',
    unit: 'images',
  }),
  syntheticPerClass: count(1, 4096).meta({ description: 'views of a class that a step compares', unit: 'views' }),
  learningRate: z.number().positive().max(1).describe('learning rate of the pixels'),
  // Runs that were planned before these settings go on as they were.
  augmentation: MatchingAugmentation.default('mirror'),
  fresh: Fresh.default(0),
  floor: Floor.default(0),
});

const Unroll = z.strictObject({
  steps: count(1, 100).meta({
    description: 'steps of plain gradient descent on a set that are looked back through',
    unit: 'steps',
  }),
  learningRate: z
    .number()
    .positive()
    .max(1)
    .describe(
      'size of these steps, before sizes are learned; the norms of a primitive are folded into its kernels, which bears small ones',
    ),
});
/** Of runs that were planned before there was such a method. */
const UNROLL = { steps: 10, learningRate: 0.002 };

const Layers = count(0, 8).meta({
  description:
    'images that are laid over the first one of a view, one after the other; 0 where a mixture of images shows something else, as of textures',
  unit: 'images',
});

const Bank = z.strictObject({
  views: count(0, 1_000_000).meta({
    description: 'labels of views that each set comes with, its label bank; 0 leaves one soft label for each image',
    unit: 'views',
  }),
  // Runs that were planned before this setting have so many.
  layers: Layers.default(3),
});

const Privacy = z.strictObject({
  maximumCopies: fraction
    .nullable()
    .describe(
      'part of the views of a set that may be copies of real images, beyond which nothing is released; null releases whatever it is and says so',
    ),
});

/** Which sets are distilled, and how. */
export const Distill = z.strictObject({
  methods: z
    .array(Method)
    .min(1)
    .max(METHOD_NAMES.length)
    .describe('how sets are made; a list replaces that of the preset'),
  ipc: z.array(count(1, 1000)).min(1).max(5).meta({ description: 'images per class of the sets', unit: 'images' }),
  // Runs that were planned before these settings go on without what they are for.
  bank: Bank.default({ views: 0, layers: 3 }).describe(
    'Labels of many views of the images of a set, stored beside them.',
  ),
  matching: Matching.describe(`How images and labels are optimised by ${METHOD_NAMES.filter(optimises).join(', ')}.`),
  unroll: Unroll.default(UNROLL).describe('What unrolled makes a set for.'),
  privacy: Privacy.default({ maximumCopies: null }).describe('What a release may tell of single real images.'),
});

/** Config files of before `pretrainSteps` was called so are still read. */
function renamed(matching: unknown): unknown {
  if (typeof matching !== 'object' || matching === null || !('checkpoints' in matching)) return matching;
  const { checkpoints, ...rest } = matching;
  return { pretrainSteps: checkpoints, ...rest };
}

/** The same as a person may override it: without the defaults, since what they did not say must not pass for said. */
export const DistillOverrides = Distill.extend({
  matching: z.preprocess(
    renamed,
    Matching.extend({ augmentation: MatchingAugmentation, fresh: Fresh, floor: Floor }).partial(),
  ),
  bank: Bank.extend({ layers: Layers }).partial(),
  unroll: Unroll.partial(),
  privacy: Privacy.partial(),
}).partial();
