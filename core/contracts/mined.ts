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
  /** What the chance that `label` is right is read from: mostly the score itself. */
  sureness: z.number(),
});
export type Candidate = z.infer<typeof Candidate>;

/** What any row tells of where its image lies, and as what it was taken. */
export type PlacedImage = Omit<Candidate, 'score' | 'sureness'>;

/**
 * A row of `mined.parquet`: a candidate that was chosen, the chance that its label is right, as far as cross-fitted labelled images
 * tell, its place in the order over all shards, and how often training draws it, in proportion: 1 on average.
 */
export const MinedRow = Candidate.omit({ sureness: true }).extend({
  probability: z.number(),
  rank: z.number().int(),
  weight: z.number().positive(),
});
export type MinedRow = z.infer<typeof MinedRow>;

/** Sums over scored images of how sure each net that mines is, asked alone: they tell how far the nets agree. */
export const NetSums = z.strictObject({
  /** Of each net. */
  sums: z.array(z.number()),
  squares: z.array(z.number()),
  /** Of the square of what all nets of an image have together. */
  squaredTotals: z.number(),
  /** Of the square of what they have as one: of an image's own sureness. */
  squaredSureness: z.number(),
});
export type NetSums = z.infer<typeof NetSums>;

/**
 * `histogram.json`: the scored images of a shard in 2,000 equal bins over the range of the score: how many, and the sum of their
 * sureness; how many the miner gives each class, and, where the rule of selection cuts classes by themselves, those of each class in
 * 200 bins; and what tells how far the nets agree.
 */
export const ScoreHistogram = z.strictObject({
  counts: z.array(z.number().int().min(0)).length(HISTOGRAM_BINS),
  sureness: z.array(z.number()).length(HISTOGRAM_BINS),
  nets: NetSums,
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
