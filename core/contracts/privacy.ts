import { z } from 'zod';
import { keepsFloor } from './methods.ts';
import { SetSpec } from './names.ts';
import { Interval } from './results.ts';

const share = z.number().min(0).max(1);
/** A share with its 95 % interval. */
const Share = Interval.extend({ share });

/** Part of the real images that are nearer to another real one than the limit from which a view counts as a copy. */
export const NEAR_PART = 0.05;

/** How near the views of a set come to real images, by one distance: 1 - cosine, 0 for equal and 1 for unrelated. All are seen as the set would show them. */
export const Nearness = z.strictObject({
  /** Of a view to the nearest real image. */
  views: z.strictObject({ minimum: z.number(), median: z.number() }),
  /** Of a real image to the nearest other one; `low` is their quantile at `NEAR_PART`. */
  real: z.strictObject({ low: z.number(), median: z.number() }),
  /** Part of the views that are nearer than `real.low`: of unrelated images it would be `NEAR_PART`. */
  copies: Share,
  /** Part of the views whose nearest real image is the one that they were made from; `null` where they were made from none. */
  traced: share.nullable(),
  /** The nearest views of all: where they stand in the set, and the real image beside each. */
  nearest: z.array(
    z.strictObject({ image: z.number().int(), view: z.number().int(), key: z.string(), distance: z.number() }),
  ),
});
export type Nearness = z.infer<typeof Nearness>;

/** Highest part of the images that were not used which an attack may take for used. */
export const FALSE_POSITIVES = 0.01;

/** How well images that a set was made from are told from images that it was not made from. */
export const Attack = z.strictObject({
  /** Area under the ROC curve with its 95 % interval; 0.5 is chance. */
  auc: Interval.extend({ area: share }),
  /** Part of the used images that are found at `FALSE_POSITIVES`; `null` where the others are too few to say. */
  found: Share.nullable(),
});
export type Attack = z.infer<typeof Attack>;

export const Membership = z.strictObject({
  draws: z.number().int().min(2),
  /** Images asked about that one draw alone was made from, over all draws, and images that none was. */
  used: z.number().int(),
  unused: z.number().int(),
  /** By the released images themselves: how near a view comes. */
  images: Attack,
  /** By nets that are trained on the set with its labels: how sure they are. */
  nets: Attack,
});
export type Membership = z.infer<typeof Membership>;

/** `privacy/<set>/privacy.json` of a run and `<set>/privacy.json` of a release: what the set tells of single real images. */
export const SetPrivacy = z.strictObject({
  set: SetSpec,
  /** Views of the draw that is released, the real images that they are compared with, and how many of these are compared with one another. */
  views: z.number().int(),
  realImages: z.number().int(),
  realCompared: z.number().int(),
  /** Of standardised pixels, upright or mirrored. */
  pixels: Nearness,
  /** Of the embeddings by the first teacher. */
  embedding: Nearness,
  membership: z.union([Membership, z.strictObject({ notMeasured: z.string() })]),
});
export type SetPrivacy = z.infer<typeof SetPrivacy>;

/** The part of a set's views that are nearer to real images than these are to one another, or lead back to one: whatever finds more. */
export const copiesIn = ({ pixels, embedding }: SetPrivacy): number =>
  Math.max(...[pixels, embedding].map(({ copies, traced }) => Math.max(copies.share, traced ?? 0)));

/** Whether a view of a set lies nearer to a real image than its run had it kept (`distill.matching.floor`). */
export const isBelowFloor = ({ set, pixels }: SetPrivacy, floor: number): boolean =>
  keepsFloor(set.method) && pixels.views.minimum < floor;
