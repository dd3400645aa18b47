import { z } from 'zod';
import { ImageShape } from './config.ts';
import { ClassName } from './names.ts';
import { NetName } from './nets.ts';
import { Interval } from './results.ts';
import { Role } from './roles.ts';

/** An expected calibration error over 15 equal bins, with its 95 % interval over images. */
const CalibrationError = z.strictObject({ error: z.number(), ...Interval.shape });

/**
 * What cross-fitting tells of the miner's probabilities: every labelled image is predicted by a net, or by a head on the backbone,
 * that has not seen it.
 */
export const Calibration = z.strictObject({
  temperature: z.number().positive(),
  /** Without and with a temperature, which each part gets from the others; absent where there are too few images to measure it. */
  ece: z.strictObject({ before: CalibrationError, after: CalibrationError }).optional(),
  accuracy: z.number(),
  images: z.number().int(),
});
export type Calibration = z.infer<typeof Calibration>;

/** `model.json`, beside `model.safetensors`. */
export const ModelCard = z.strictObject({
  role: Role,
  seed: z.number().int(),
  round: z.number().int(),
  net: NetName,
  width: z.number().int(),
  classes: z.array(ClassName),
  image: ImageShape,
  // Nets that were trained before this field mirror.
  /** Whether it says the mean of an image and its mirror. */
  mirror: z.boolean().default(true),
  parameters: z.number().int(),
  trainedOn: z.strictObject({ labelled: z.number().int(), mined: z.number().int() }),
  finalLoss: z.number(),
});
export type ModelCard = z.infer<typeof ModelCard>;

/** What may be given where a trained model is asked for, to follow "Give". */
export const MODEL_FORMS =
  "a run's folder (OUT/runs/ID, or OUT where it is called main), a release, or an .onnx or .safetensors of one";
