import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import type { RunConfig } from './config.ts';

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

/**
 * Whether a run mirrors its images.
 * @throws ConfigError before Prepare has decided it
 */
export const mirrors = ({ mirror }: Pick<RunConfig['image'], 'mirror'>): boolean => {
  if (mirror !== 'auto') return mirror;
  throw new ConfigError(
    'image.mirror: is still "auto", which Prepare decides before any net is made. Give true or false.',
  );
};
