import type { MiningScore } from '../contracts/mining-scores.ts';
import type { Prototypes } from '../nets/prototypes.ts';

/** What a net says of one pool image. */
export interface PredictedImage {
  /** `[width]`, the mean of the image's and its mirror's. */
  readonly embedding: Float32Array;
  /** Calibrated, `[classes]`. */
  readonly probabilities: Float32Array;
}

/** The pseudo-label of an image, and how sure it is. */
export interface ScoredLabel {
  readonly label: number;
  /** In the range that `MINING_SCORES` declares; the higher, the surer. */
  readonly score: number;
}

/** A file in `scores/` exports this as `score`. It knows nothing but its arguments. */
export type ScoreImage = (image: PredictedImage, prototypes: Prototypes) => ScoredLabel;

/** The code of a score, found by its name; the bundler packs every file of the folder. */
export async function loadScore(name: MiningScore): Promise<ScoreImage> {
  const { score } = (await import(`./scores/${name}.ts`)) as { readonly score: ScoreImage };
  return score;
}
