import { z } from 'zod';

/** Values that a score can have, both included. */
export type ScoreRange = readonly [low: number, high: number];

interface ScoreEntry {
  readonly range: ScoreRange;
  /** What it says of a pool image, for the report. */
  readonly about: string;
  /** Looks at single labelled images, whose embeddings then stand beside the prototypes of every net. @default false */
  readonly needsNeighbours?: boolean;
}

/**
 * Every score by which pool images can be mined, by the name that `mining.score` takes; the higher, the surer is the
 * pseudo-label. How it is computed is in the file of that name in `core/mine/scores`: a new score is an entry here and a file
 * there. In Parquet a score is a column of its name.
 */
export const MINING_SCORES = {
  similarity: { range: [-1, 1], about: 'cosine similarity to the class prototype' },
  confidence: { range: [0, 1], about: 'calibrated probability of the likeliest class' },
  unanimity: { range: [0, 1], about: 'how many of the nets agree, and how sure they are' },
  nearest: {
    range: [0, 1],
    about: 'how many of the ten nearest labelled images are of the class, and how near they are',
    needsNeighbours: true,
  },
} as const satisfies Record<string, ScoreEntry>;

export type MiningScore = keyof typeof MINING_SCORES;
export const MINING_SCORE_NAMES = Object.keys(MINING_SCORES) as [MiningScore, ...MiningScore[]];
/** What a pool image's place in the order is taken from. */
export const MiningScore = z.enum(MINING_SCORE_NAMES);

/** Whether a score looks at single labelled images. */
export const needsNeighbours = (score: MiningScore): boolean => {
  const entry: ScoreEntry = MINING_SCORES[score];
  return entry.needsNeighbours ?? false;
};

/** A shard counts its images by score in so many equal bins of the score's range. */
export const HISTOGRAM_BINS = 2000;

/** And those of each class in so many wider ones, since there may be a thousand classes: `HISTOGRAM_BINS` is a multiple of it. */
export const CLASS_BINS = 200;

/** The bin of a value; the highest value is in the last one. */
export const binOf = (value: number, [low, high]: ScoreRange): number =>
  Math.min(Math.floor(((value - low) / (high - low)) * HISTOGRAM_BINS), HISTOGRAM_BINS - 1);

/** The wider bin that a bin lies in. */
export const classBinOf = (bin: number): number => Math.floor((bin * CLASS_BINS) / HISTOGRAM_BINS);

/** The lowest value of a wider bin. */
export const classBinEdge = (bin: number, [low, high]: ScoreRange): number => low + ((high - low) * bin) / CLASS_BINS;
