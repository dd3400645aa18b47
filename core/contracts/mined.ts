import { z } from 'zod';
import { CLASS_BINS, HISTOGRAM_BINS, MiningScore } from './mining-scores.ts';
import { Selection } from './selections.ts';
import { JobError } from './stats.ts';

/**
 * A row of `candidates.parquet`: a readable pool image with its pseudo-label. Rows are sorted by falling score,
 * ties by key; `row` is the position, and the row of `candidates.safetensors` with the image. The file names the column of
 * `score` after the score, e.g. `similarity`.
 */
export const Candidate = z.strictObject({
  key: z.string(),
  shard: z.number().int(),
  row: z.number().int(),
  /** SHA-256 of the decoded pixels, hex: equal images in other files have the same. */
  sha256: z.string().length(64),
  label: z.number().int(),
  /** How sure the label is, by the score that the run mines by (`mining.score`). */
  score: z.number(),
  /** That `label` is right, as far as cross-fitted labelled images of that score tell. */
  probability: z.number(),
});
export type Candidate = z.infer<typeof Candidate>;

/**
 * A row of `mined.parquet`: a candidate that was chosen, with its place in the order over all shards, and how often training draws
 * it, in proportion: 1 on average.
 */
export const MinedRow = Candidate.extend({ rank: z.number().int(), weight: z.number().positive() });
export type MinedRow = z.infer<typeof MinedRow>;

/**
 * `histogram.json`: the scored images of a shard in 2,000 equal bins over the range of the score: how many, and how many of
 * them the miner itself expects to be right, that is, the sum of their probabilities; how many it gives each class, and, where the rule
 * of selection cuts classes by themselves, those of each class in 200 bins.
 */
export const ScoreHistogram = z.strictObject({
  counts: z.array(z.number().int().min(0)).length(HISTOGRAM_BINS),
  expectedRight: z.array(z.number().min(0)).length(HISTOGRAM_BINS),
  byClass: z.array(z.number().int().min(0)),
  // Shards that were mined before there was such a rule have none.
  ofClasses: z.array(z.array(z.number().int().min(0)).length(CLASS_BINS)).default([]),
});
export type ScoreHistogram = z.infer<typeof ScoreHistogram>;

/** `mined/summary.json`: what Aggregate decided. */
export const MinedSummary = z.strictObject({
  round: z.number().int(),
  poolImages: z.number().int(),
  mined: z.number().int(),
  /** Images that the fraction makes, where they were more than Aggregate could hold. */
  asked: z.number().int().optional(),
  byClass: z.record(z.string(), z.number().int()),
  /** Part of what training draws by pseudo-label: by the rows' weights. */
  drawnByClass: z.record(z.string(), z.number()),
  /** What the miner took the whole readable pool for, image by image. */
  poolByClass: z.record(z.string(), z.number().int()),
  /** Which rule chose, of `mining.selection`, and the part of the pool that it was given: a setting, or found out. */
  selection: z.strictObject({ name: Selection, fraction: z.number(), automatic: z.boolean() }),
  /** Part of all its pseudo-labels that the miner itself expects to be wrong. */
  expectedPoolError: z.number(),
  /** What was mined by, and the values that it can have. */
  score: z.strictObject({ name: MiningScore, range: z.tuple([z.number(), z.number()]) }),
  /** Lowest score that was taken. */
  threshold: z.number(),
  /** Part of the best pool images that are copies of a better one. Absent in older runs. */
  copies: z.number().min(0).max(1).optional(),
  /** Likeness from which one counted as a copy. Absent where only equal pixels did. */
  copyThreshold: z.number().optional(),
  /** Mean calibrated probability of the pseudo-label: what the model itself expects to be right. */
  expectedPrecision: z.number(),
  failedShards: z.array(z.strictObject({ shard: z.number().int(), error: JobError })),
  /** Shards that kept too few candidates to be sure that none above the threshold is missing. */
  truncatedShards: z.array(z.number().int()),
});
export type MinedSummary = z.infer<typeof MinedSummary>;

/** What Aggregate returns to the state machine. */
export const AggregateOutput = z.strictObject({ again: z.boolean(), nextRound: z.number().int() });
export type AggregateOutput = z.infer<typeof AggregateOutput>;
