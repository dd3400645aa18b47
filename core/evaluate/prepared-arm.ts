import type { ImageSet } from '../data/image-set.ts';
import type { Weights } from '../nets/weights.ts';
import type { JobContext } from '../run/stage.ts';
import { predictBenchmark } from './predict-benchmark.ts';

/** What an arm's net of a seed and a draw says of a benchmark: probabilities `[images, classes]`. */
export type Answer = (benchmark: string, images: ImageSet) => Promise<Float32Array>;

/** An arm made ready: how many images it stands for, and what its net of a seed and of a draw of its set says. */
export interface PreparedArm {
  /** Beside the labelled set, or instead of it. */
  readonly images: number;
  /** How often its distilled set was drawn; 1 without one. */
  readonly draws: number;
  /** Trains or reads the net of a seed and a draw. */
  answerOf(seed: number, draw: number): Promise<Answer>;
}

/** A job, and the round whose mined set and students count. */
export interface ArmContext extends JobContext {
  readonly round: number;
}

/** An arm of nets. @param netsOf - the net of a seed and a draw, or several whose mean counts */
export function answered(
  images: number,
  draws: number,
  netsOf: (seed: number, draw: number) => Promise<readonly Weights[]>,
): PreparedArm {
  return {
    images,
    draws,
    async answerOf(seed, draw) {
      const nets = await netsOf(seed, draw);
      return (_, benchmark) => predictBenchmark(nets, benchmark);
    },
  };
}
