import type { RunConfig } from '../contracts/config.ts';
import type { Candidate, ScoreHistogram } from '../contracts/mined.ts';
import { binOf, MINING_SCORES } from '../contracts/mining-scores.ts';
import { needsOf } from '../contracts/selections.ts';
import { type Images, imageAt, valuesOf } from '../data/images.ts';
import { type RejectionLog, rejectionLog } from '../data/rejections.ts';
import { probabilities } from '../nets/logits.ts';
import type { Predictor } from '../nets/predictor.ts';
import type { Prototypes } from '../nets/prototypes.ts';
import { bestCandidates, candidateLimit } from './best-candidates.ts';
import { keeperOf, type Relabeller } from './fold-labels.ts';
import type { GuardedBatch } from './guarded.ts';
import { type Opinion, opinionAt, type ScoreImage, surenessOf } from './score.ts';
import { scoreHistogram } from './score-histogram.ts';
import { splitTraces, TRACE_BYTES, type Traces } from './traces.ts';

/** A net that mines. */
export interface MinerNet {
  readonly model: Predictor;
  /** In its own embedding space. */
  readonly prototypes: Prototypes;
}

export interface Miner {
  /** At least one. */
  readonly nets: readonly MinerNet[];
  readonly classes: number;
  readonly temperature: number;
  /** Gives an image its pseudo-label: the score that the run mines by. */
  readonly score: ScoreImage;
  /** Of a miner that cannot look at an image again once it is mined: labels it by the folds as well. */
  readonly relabel?: Relabeller | undefined;
  /** Whether batches bring traces, which are kept of candidates. @default false */
  readonly traced?: boolean | undefined;
}

export interface ShardResult {
  /** Sorted by falling score, ties by key; `row` is the position. */
  readonly candidates: readonly Candidate[];
  /** Images of the candidates, in their order: `[n, size, size, channels]`. */
  readonly pixels: Uint8Array;
  /** `[n, folds]`, the labels of each candidate by the folds, where the miner gives them. */
  readonly foldLabels?: Int32Array;
  /** Of the candidates, in their order, where the batches bring them. */
  readonly traces?: Traces;
  /** Images that fell to the limit alone: `mining.maxCandidatesPerShard`, or the memory of their images. */
  readonly cut: number;
  readonly rejected: RejectionLog;
  /** All images that were scored, also those that were not kept. */
  readonly histogram: ScoreHistogram;
  /** Readable images. */
  readonly read: number;
  /** Where the time went. */
  readonly seconds: { readonly waiting: number; readonly computing: number };
}

/** Rejections of a shard that are listed; all are counted. */
export const LISTED_REJECTIONS = 10_000;

/**
 * Gives every image of a shard its pseudo-label and score, and keeps all that fit, the best first. The memory it takes does
 * not grow with the shard.
 * @param onProgress - told after each batch how many images were read so far
 */
export const mineShard = async (
  batches: AsyncIterable<GuardedBatch>,
  shard: number,
  config: Pick<RunConfig, 'mining' | 'image'>,
  miner: Miner,
  onProgress: (read: number) => void,
): Promise<ShardResult> => {
  const { maxCandidatesPerShard } = config.mining;
  const { range } = MINING_SCORES[config.mining.score];
  const values = valuesOf(config.image);
  const trace = miner.traced ? TRACE_BYTES : 0;
  const keep = keeperOf({ image: values, trace }, miner.relabel);
  const limit = candidateLimit(maxCandidatesPerShard, values);
  const best = bestCandidates(limit, keep.bytes);
  const rejected = rejectionLog(LISTED_REJECTIONS);
  const histogram = scoreHistogram(miner.classes, miner.nets.length, needsOf(config.mining.selection) === 'cuts');
  const seconds = { waiting: 0, computing: 0 };
  let read = 0;

  const look = async (batch: GuardedBatch): Promise<void> => {
    const opinions = await opinionsOf(miner, batch.view ?? batch);
    batch.keys.forEach((key, i) => {
      const fault = batch.refused[i];
      if (fault !== undefined) {
        rejected.add({ key, ...fault });
        return;
      }
      const said = miner.score(opinions[i]!);
      const { label, score } = said;
      const sureness = surenessOf(said);
      const alone = opinions[i]!.map((opinion) => surenessOf(miner.score([opinion])));
      histogram.add(label, binOf(score, range), sureness, alone);
      const candidate = { key, shard, row: 0, sha256: batch.sha256[i]!, label, score, sureness };
      const own = batch.traces.subarray(i * trace, (i + 1) * trace);
      best.offer(candidate, keep.join(imageAt(batch, i), own, opinions[i]![0]!));
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

  const taken = best.take(limit);
  const { traces, ...parts } = keep.split(taken.pixels);
  const kept = { candidates: taken.candidates, ...parts, ...(miner.traced && { traces: splitTraces(traces) }) };
  const result = { ...kept, rejected: rejected.soFar(), histogram: histogram.soFar(), read, seconds };
  return { ...result, cut: histogram.soFar().counts.reduce((sum, count) => sum + count, 0) - result.candidates.length };
};

/** What every net says of each image. */
export async function opinionsOf(
  { nets, classes, temperature }: Pick<Miner, 'nets' | 'classes' | 'temperature'>,
  images: Images,
): Promise<Opinion[][]> {
  const opinions = Array.from({ length: images.count }, (): Opinion[] => []);
  for (const { model, prototypes } of nets) {
    const { embeddings, logits } = await model.predict(images);
    const p = probabilities(logits, classes, temperature);
    for (const [i, said] of opinions.entries()) said.push(opinionAt(i, embeddings, p, prototypes));
  }
  return opinions;
}

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
