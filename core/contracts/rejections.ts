import { z } from 'zod';

/** Why an image or a part of an archive was left out, in words for people. A new reason is a line here. */
export const REJECTION_WORDS = {
  empty: 'empty file',
  'too-many-bytes': 'too many bytes',
  'too-many-pixels': 'too many pixels',
  undecodable: 'cannot be decoded',
  'bad-row': 'bad row of a table',
  missing: 'listed, but not there',
  unlabelled: 'no label, or one that is no class',
  ambiguous: 'no class has the majority of the votes',
  'unread-kind': 'an image of a kind that is not read',
  'no-image': 'no image',
  'other-of-sample': 'another image of a sample that one was taken of',
  unreadable: 'cannot be opened',
  gone: 'gone since the pool was listed',
  'bad-record': 'bad record of an archive',
  'truncated-archive': 'archive cut short',
  'near-labelled': 'nearly the same as a labelled image',
  junk: 'unlike the labelled images',
  flat: 'nothing to be seen: hardly any contrast',
  'too-dark': 'too dark beside the labelled images',
  'too-bright': 'too bright beside the labelled images',
  blurred: 'too blurred beside the labelled images',
  'near-benchmark': 'a near copy of a benchmark image',
  'in-benchmark': 'also stands in a benchmark',
  duplicate: 'the same image twice',
  'near-duplicate': 'a near copy of another image of the pool',
  contradictory: 'the same image under two classes',
} as const;

export type RejectionReason = keyof typeof REJECTION_WORDS;
export const REJECTIONS = Object.keys(REJECTION_WORDS) as readonly RejectionReason[];
export const RejectionReason = z.enum(REJECTIONS);

/** An image that was left out: where it lies, why, and what the decoder said. */
export const Rejection = z.strictObject({ key: z.string(), reason: RejectionReason, detail: z.string() });
export type Rejection = z.infer<typeof Rejection>;

/** Images left out, by reason. */
export const RejectionCounts = z.partialRecord(RejectionReason, z.number().int().min(0));
export type RejectionCounts = z.infer<typeof RejectionCounts>;
