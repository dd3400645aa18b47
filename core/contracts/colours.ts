import { z } from 'zod';

const share = z.number().min(0).max(1);

/** `inputs/colours.json`: how many of the images that were looked at are in colour, and what the run takes because of it. */
export const Colours = z.strictObject({
  labelled: share,
  /** Of a preview of the pool; it is not looked at where the labelled set is grey. */
  pool: share.optional(),
  channels: z.union([z.literal(1), z.literal(3)]),
});
export type Colours = z.infer<typeof Colours>;
