import type { RunConfig } from '../contracts/config.ts';
import type { Candidate } from '../contracts/mined.ts';
import { binOf, HISTOGRAM_BINS, MINING_SCORES } from '../contracts/mining-scores.ts';
import { imageAt, valuesOf } from '../data/images.ts';
import type { PoolBatch } from '../data/pool/shard-batches.ts';
import { type RejectionLog, rejectionLog } from '../data/rejections.ts';
import { probabilities } from '../nets/logits.ts';
import type { Predictor } from '../nets/predictor.ts';
import type { Prototypes } from '../nets/prototypes.ts';
import { bestCandidates, candidateLimit } from './best-candidates.ts';
import type { DuplicateFinder } from './near-duplicates.ts';
import type { ScoreImage } from './score.ts';

export interface Miner {
  readonly model: Predictor;
  readonly prototypes: Prototypes;
  readonly temperature: number;
  /** Gives an image its pseudo-label: the score that the run mines by. */
  readonly score: ScoreImage;
  /** Knows the labelled set. */
  readonly duplicates: DuplicateFinder;
}

export interface ShardResult {
  /** Sorted by falling score, ties by key; `row` is the position. */
  readonly candidates: readonly Candidate[];
  /** Images of the candidates, in their order: `[n, size, size, channels]`. */
  readonly pixels: Uint8Array;
  /** Candidates that fell to the limit alone: `mining.maxCandidatesPerShard`, or the memory of their images. */
  readonly cut: number;
  readonly rejected: RejectionLog;
  /** Readable images by score, in bins over the score's range. */
  readonly histogram: number[];
  /** Readable images. */
  readonly read: number;
  /** Where the time went. */
  readonly seconds: { readonly waiting: number; readonly computing: number };
}

/**
 * A shard keeps twice its fair part of what the whole pool will yield: enough where shards are mixed, and the
 * aggregate says when it was not.
 */
const KEPT_PER_MINED = 2;

/** Rejections of a shard that are listed; all are counted. */
export const LISTED_REJECTIONS = 10_000;

/**
 * Gives every image of a shard its pseudo-label and score, and keeps the best. The memory it takes does not grow with
 * the shard.
 * @param onProgress - told after each batch how many images were read so far
 */
export const mineShard = async (
  batches: AsyncIterable<PoolBatch>,
  shard: number,
  config: Pick<RunConfig, 'mining' | 'image'>,
  miner: Miner,
  onProgress: (read: number) => void,
): Promise<ShardResult> => {
  const { maxCandidatesPerShard, nearDuplicate, topFraction } = config.mining;
  const { range } = MINING_SCORES[config.mining.score];
  const values = valuesOf(config.image);
  const limit = candidateLimit(maxCandidatesPerShard, values);
  const best = bestCandidates(limit, values);
  const rejected = rejectionLog(LISTED_REJECTIONS);
  const histogram = new Array<number>(HISTOGRAM_BINS).fill(0);
  const seconds = { waiting: 0, computing: 0 };
  let scored = 0;
  let read = 0;

  const look = async (batch: PoolBatch): Promise<void> => {
    const { prototypes } = miner;
    const { embeddings, logits } = await miner.model.predict(batch);
    const p = probabilities(logits, prototypes.classes, miner.temperature);
    const likeness = miner.duplicates.nearest(batch);
    batch.keys.forEach((key, i) => {
      if (likeness[i]! >= nearDuplicate) {
        const detail = `pixel cosine ${likeness[i]!.toFixed(4)} to a labelled image`;
        rejected.add({ key, reason: 'near-labelled', detail });
        return;
      }
      const predicted = {
        embedding: embeddings.subarray(i * prototypes.width, (i + 1) * prototypes.width),
        probabilities: p.subarray(i * prototypes.classes, (i + 1) * prototypes.classes),
      };
      const { label, score } = miner.score(predicted, prototypes);
      const probability = predicted.probabilities[label]!;
      histogram[binOf(score, range)]! += 1;
      scored += 1;
      const candidate = { key, shard, row: 0, sha256: batch.sha256[i]!, label, score, probability };
      best.offer(candidate, imageAt(batch, i));
    });
    read += batch.count;
    onProgress(read);
  };

  const lap = lapTimer();
  for await (const batch of batches) {
    seconds.waiting += lap();
    for (const rejection of batch.rejected) rejected.add(rejection);
    if (batch.count > 0) await look(batch);
    seconds.computing += lap();
  }
  seconds.waiting += lap();

  const fair = Math.ceil(Math.min(1, KEPT_PER_MINED * topFraction) * scored);
  return { ...best.take(fair), cut: Math.max(0, fair - limit), rejected: rejected.soFar(), histogram, read, seconds };
};

/** Seconds since it was asked last. */
function lapTimer(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
