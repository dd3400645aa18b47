import { z } from 'zod';

const share = z.number().min(0).max(1);

/** `inputs/mirror.json`: whether labelled images still show their class to a simple classifier once they are mirrored. */
export const MirrorTest = z.strictObject({
  images: z.number().int(),
  /** Part of the images, as they are, that look most like the mean of the others of their class. */
  asTheyAre: share,
  /** The same of their mirrors. */
  mirrored: share,
  /** By how many standard deviations more are recognised as they are (McNemar), were mirrors the same. */
  z: z.number(),
  /** What the run takes because of it. */
  mirror: z.boolean(),
});
export type MirrorTest = z.infer<typeof MirrorTest>;
