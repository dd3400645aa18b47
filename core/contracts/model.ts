import { z } from 'zod';
import { RunConfig } from './config.ts';
import { ClassName } from './names.ts';
import { NetName } from './nets.ts';
import { Role } from './plan.ts';

/** Expected calibration error over 15 equal bins, before and after the temperature. */
export const Calibration = z.strictObject({
  temperature: z.number().positive(),
  eceBefore: z.number(),
  eceAfter: z.number(),
  heldOutAccuracy: z.number(),
  heldOutImages: z.number().int(),
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
  image: RunConfig.shape.image,
  parameters: z.number().int(),
  trainedOn: z.strictObject({ labelled: z.number().int(), mined: z.number().int() }),
  finalLoss: z.number(),
});
export type ModelCard = z.infer<typeof ModelCard>;
