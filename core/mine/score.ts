import type { MiningScore } from '../contracts/mining-scores.ts';
import type { Prototypes } from '../nets/prototypes.ts';

/** What one net says of a pool image. */
export interface Opinion {
  /** `[width]`, the mean of the image's and its mirror's. */
  readonly embedding: Float32Array;
  /** Calibrated, `[classes]`. */
  readonly probabilities: Float32Array;
  /** Where the classes lie in this net's embedding space. */
  readonly prototypes: Prototypes;
}

/** The opinion of one net of the image in row `i` of what it says of several. @param probabilities - calibrated, `[n, classes]` */
export const opinionAt = (
  i: number,
  embeddings: Float32Array,
  probabilities: Float32Array,
  prototypes: Prototypes,
): Opinion => {
  const { width, classes } = prototypes;
  return {
    embedding: embeddings.subarray(i * width, (i + 1) * width),
    probabilities: probabilities.subarray(i * classes, (i + 1) * classes),
    prototypes,
  };
};

/** The pseudo-label of an image, and how sure it is. */
export interface ScoredLabel {
  readonly label: number;
  /** In the range that `MINING_SCORES` declares; the higher, the surer. */
  readonly score: number;
  /**
   * What the chance that the label is right is read from. Held-out labelled images have the opinion of one net alone, so it must mean
   * the same of one net and of several. @default the score
   */
  readonly sureness?: number;
}

/** A file in `scores/` exports this as `score`: at least one opinion, one a net that mines. It knows nothing but them. */
export type ScoreImage = (opinions: readonly Opinion[]) => ScoredLabel;

/** What the chance of a label is read from. */
export const surenessOf = ({ score, sureness = score }: ScoredLabel): number => sureness;

/** The code of a score, found by its name; the bundler packs every file of the folder. */
export async function loadScore(name: MiningScore): Promise<ScoreImage> {
  const { score } = (await import(`./scores/${name}.ts`)) as { readonly score: ScoreImage };
  return score;
}

/** The mean of several rows of one length. */
export function meanOf(rows: readonly Float32Array[]): Float32Array {
  return rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}
