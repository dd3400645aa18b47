import { z } from 'zod';

/**
 * Which image is mined of a sample of which an archive holds several (`000.jpg`, `000.seg.png`): `first` of a fixed order, `all`, or
 * how its name ends.
 */
export const SampleImage = z
  .string()
  .regex(
    /^[a-z0-9]+([._-][a-z0-9]+)*$/i,
    'must be first, all, or how the name of the image ends, e.g. jpg or input.png',
  );
export type SampleImage = z.infer<typeof SampleImage>;
