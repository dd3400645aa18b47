import type { GateCard } from '../contracts/gate.ts';
import type { RejectionReason } from '../contracts/rejections.ts';
import type { Images } from '../data/images.ts';
import { type Exposure, exposuresOf } from './exposure.ts';
import { gradientHistograms } from './gradients.ts';
import { greyImages } from './grey.ts';
import { logOdds, type Perceptron } from './perceptron.ts';

/** Tells images of the task from junk: what was decided, and the nets that vote. */
export interface Gate {
  readonly card: GateCard;
  /** In the order of `card.junk.votes`; none where the gate for junk is off. */
  readonly votes: readonly Perceptron[];
}

/** Why an image does not pass. */
export interface Refused {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** For each image why it does not pass; `undefined` for those that do. */
export const judge = (gate: Gate, images: Images): (Refused | undefined)[] => {
  const { junk, limits } = gate.card;
  const scores = junk.on ? junkScores(gate, greyImages(images)) : undefined;
  return exposuresOf(images).map((exposure, i) => {
    const score = scores?.[i];
    return (
      outside(exposure, limits) ??
      (score !== undefined && score > junk.highest ? asJunk(score, junk.highest) : undefined)
    );
  });
};

/**
 * How little images look like the labelled set: the mean of the votes, each on the scale of the labelled images that it
 * did not see, where 0 is their median and nine tenths of them stay below 1.
 * @param images - grey, 48 by 48
 */
export const junkScores = ({ card, votes }: Gate, images: Images): Float32Array => {
  const rows = gradientHistograms(images);
  const scores = new Float32Array(images.count);
  votes.forEach((vote, v) => {
    const { median, spread } = card.junk.votes[v]!;
    logOdds(vote, rows).forEach((odds, i) => (scores[i]! += (median - odds) / spread / votes.length));
  });
  return scores;
};

function outside({ mean, contrast, sharpness }: Exposure, limits: GateCard['limits']): Refused | undefined {
  const { darkest = 0, brightest = 1, contrast: least = 0, sharpness: dullest = Number.NEGATIVE_INFINITY } = limits;
  if (contrast < least) {
    return { reason: 'flat', detail: `contrast ${contrast.toFixed(4)}, at least ${least.toFixed(4)}` };
  }
  if (mean < darkest) {
    return { reason: 'too-dark', detail: `mean lightness ${mean.toFixed(3)}, at least ${darkest.toFixed(3)}` };
  }
  if (mean > brightest) {
    return { reason: 'too-bright', detail: `mean lightness ${mean.toFixed(3)}, at most ${brightest.toFixed(3)}` };
  }
  return sharpness < dullest
    ? { reason: 'blurred', detail: `sharpness ${sharpness.toFixed(2)}, at least ${dullest.toFixed(2)}` }
    : undefined;
}

function asJunk(score: number, highest: number): Refused {
  return { reason: 'junk', detail: `junk score ${score.toFixed(2)}, at most ${highest.toFixed(2)}` };
}
