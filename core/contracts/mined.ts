import { z } from 'zod';
import { HISTOGRAM_BINS, MiningScore } from './mining-scores.ts';
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
  /** Calibrated probability of `label`. */
  probability: z.number(),
});
export type Candidate = z.infer<typeof Candidate>;

/** A row of `mined.parquet`: a candidate that was chosen, with its place in the order over all shards. */
export const MinedRow = Candidate.extend({ rank: z.number().int() });
export type MinedRow = z.infer<typeof MinedRow>;

/** `histogram.json`: how many images of the shard fall into each of 2,000 equal bins over the range of the score. */
export const Histogram = z.strictObject({ counts: z.array(z.number().int().min(0)).length(HISTOGRAM_BINS) });

/** `mined/summary.json`: what Aggregate decided. */
export const MinedSummary = z.strictObject({
  round: z.number().int(),
  poolImages: z.number().int(),
  mined: z.number().int(),
  byClass: z.record(z.string(), z.number().int()),
  /** What was mined by, and the values that it can have. */
  score: z.strictObject({ name: MiningScore, range: z.tuple([z.number(), z.number()]) }),
  /** Lowest score that was taken. */
  threshold: z.number(),
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
