import { z } from 'zod';
import { Uri } from './names.ts';

interface BackboneFormatEntry {
  /** How the name of the model's file ends. */
  readonly extension: string;
  /** What reads it, for the help and the errors. */
  readonly about: string;
  /** Where the channels stand, where a model's own shape leaves it open. */
  readonly layout: Layout;
}

const LAYOUTS = ['nchw', 'nhwc'] as const;
/** Order of the axes of what a model is given: channels before height and width, or behind them. */
export type Layout = (typeof LAYOUTS)[number];

/**
 * The kinds of models that can be a backbone. How a model is run is in the file of that name in `core/backbone/runtimes`: a
 * new runtime is an entry here and a file there.
 */
export const BACKBONE_FORMATS = {
  onnx: { extension: '.onnx', about: 'an ONNX model in one file (.onnx)', layout: 'nchw' },
  tfjs: { extension: '.json', about: 'a TF.js graph or layers model (model.json beside its weights)', layout: 'nhwc' },
} as const satisfies Record<string, BackboneFormatEntry>;
export type BackboneFormat = keyof typeof BACKBONE_FORMATS;

/** What reads a model, by its name; `undefined` where nothing does. */
export const backboneFormatOf = (uri: string): BackboneFormat | undefined =>
  (Object.keys(BACKBONE_FORMATS) as BackboneFormat[]).find((name) => uri.endsWith(BACKBONE_FORMATS[name].extension));

const BACKBONE_FORMS = Object.values(BACKBONE_FORMATS)
  .map(({ about }) => about)
  .join(', or ');

/** One number for all channels, or one for each, in the order of `colours`. */
const perChannel = (value: z.ZodNumber) => z.union([value, z.array(value).min(1).max(3)]);

/** A trained model of somebody else whose embeddings the pool is mined by. */
export const Backbone = z
  .strictObject({
    uri: Uri.refine((uri) => backboneFormatOf(uri) !== undefined, `must name ${BACKBONE_FORMS}`).describe(
      'where the model lies, in ONNX or of TF.js',
    ),
    size: z
      .number()
      .int()
      .min(8)
      .max(1024)
      .meta({ description: 'height and width of what it is given', unit: 'pixels' }),
    channels: z
      .union([z.literal(1), z.literal(3)])
      .default(3)
      .describe('1 grey, 3 colour; a grey image is given as three equal channels'),
    mean: perChannel(z.number().min(-1000).max(1000))
      .default(0)
      .describe('what is taken from a pixel between 0 and 1: one number, or one a channel'),
    deviation: perChannel(z.number().positive().max(1000))
      .default(1)
      .describe('what it is divided by then: one number, or one a channel'),
    colours: z.enum(['rgb', 'bgr']).default('rgb').describe('order of the colours'),
    layout: z.enum(LAYOUTS).optional().describe('order of the axes; by default what the shape of the model says'),
    output: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('name of what it computes that is the embedding; may be left out where it computes one thing alone'),
    mirror: z
      .boolean()
      .default(true)
      .describe(
        'whether the embedding of an image is the mean of its own and that of its mirror, as with the nets of the run',
      ),
  })
  .superRefine(checkChannels);
export type Backbone = z.infer<typeof Backbone>;

/** `plan.json`: which model it is, decided once. */
export const BackboneIdentity = z.strictObject({
  /** Of the file; of a model in several files, of their list as `sha256sum` prints it. */
  sha256: z.string().length(64),
  bytes: z.number().int().min(1),
});
export type BackboneIdentity = z.infer<typeof BackboneIdentity>;

/** `backbone.json`, beside the head: what the embeddings are, and what a linear head makes of them. */
export const BackboneCard = BackboneIdentity.extend({
  uri: Uri,
  /** What ran it, with its version. */
  runtime: z.string(),
  output: z.string(),
  /** Length of an embedding. */
  width: z.number().int().min(1),
  /** Strengths of the head's penalty that were tried, with the mean log-loss (nats) on labelled images that it had not seen. */
  tried: z.array(z.strictObject({ penalty: z.number(), loss: z.number() })),
  penalty: z.number(),
  /** Share of labelled images that heads which had not seen them are right about. */
  accuracy: z.number(),
  labelled: z.number().int(),
});
export type BackboneCard = z.infer<typeof BackboneCard>;

function checkChannels(
  { channels, mean, deviation }: { channels: number; mean: number | number[]; deviation: number | number[] },
  context: z.RefinementCtx,
): void {
  for (const [path, value] of Object.entries({ mean, deviation })) {
    if (!Array.isArray(value) || value.length === channels) continue;
    const message = `must be one number, or ${channels} for ${channels} channels. Received ${value.length}`;
    context.addIssue({ code: 'custom', path: [path], message });
  }
}
