import { total } from '../../statistics/total.ts';
import { wilson } from '../../statistics/wilson.ts';

/** What was found of one class: its mined images, and those of them that were looked at. */
export interface ClassTally {
  readonly mined: number;
  /** How often training draws them, in proportion: the sum of their weights. */
  readonly drawn: number;
  readonly right: number;
  readonly wrong: number;
  readonly unsure: number;
}

/** A share with its 95 % interval, all in [0, 1]. */
export interface Precision {
  readonly precision: number;
  readonly low: number;
  readonly high: number;
}

/** What nobody has looked at may be anything. */
const UNKNOWN: Precision = { precision: 0.5, low: 0, high: 1 };

export const lookedAt = ({ right, wrong, unsure }: ClassTally): number => right + wrong + unsure;

/**
 * How many of a class's pseudo-labels are right, from an equal-probability sample without replacement of its mined images.
 * An unsure one counts as wrong for the lower limit, as right for the upper one and half for the share itself. The interval
 * is Wilson's with the finite population correction: where all were looked at and sure, it is the share itself.
 * @see Cochran, Sampling Techniques (1977), chapter 2 on the correction
 * @see Horowitz and Manski, Journal of the American Statistical Association 95 (2000), on bounds instead of guesses
 */
export const classPrecision = (tally: ClassTally): Precision => {
  const looked = lookedAt(tally);
  if (looked === 0) return UNKNOWN;
  return {
    precision: (tally.right + tally.unsure / 2) / looked,
    low: limits(tally.right, looked, tally.mined).low,
    high: limits(tally.right + tally.unsure, looked, tally.mined).high,
  };
};

/**
 * Precision over all classes that were looked at, each by its share in the mined set: a sample of equally many images a
 * class says most of the small ones, where mistakes are more frequent. The limits of the classes are put together by
 * squares (MOVER), which keeps Wilson's good behaviour at few images and at shares near 0 and 1.
 * @param by - what a class counts by: its images, or what training draws of them (images of a class have one weight)
 * @see Zou, Huang and Zhang, Computational Statistics and Data Analysis 53 (2009), pages 1080-1085
 */
export const precisionOver = (classes: readonly ClassTally[], by: 'mined' | 'drawn'): Precision => {
  const looked = classes.filter((tally) => lookedAt(tally) > 0);
  const weighed = total(looked.map((tally) => tally[by]));
  if (weighed === 0) return UNKNOWN;
  const parts = looked.map((tally) => {
    const share = tally[by] / weighed;
    const least = tally.right / lookedAt(tally);
    const most = (tally.right + tally.unsure) / lookedAt(tally);
    const { low, high } = classPrecision(tally);
    return { least: share * least, most: share * most, below: share * (least - low), above: share * (high - most) };
  });
  const least = total(parts.map((part) => part.least));
  const most = total(parts.map((part) => part.most));
  return {
    // Shares may add up to a little more than 1.
    precision: Math.min(1, (least + most) / 2),
    low: Math.max(0, least - Math.hypot(...parts.map(({ below }) => below))),
    high: Math.min(1, most + Math.hypot(...parts.map(({ above }) => above))),
  };
};

/** Part of the mined set whose classes were looked at at all: of it alone the precision speaks. */
export const coveredPart = (classes: readonly ClassTally[]): number => {
  const looked = classes.filter((tally) => lookedAt(tally) > 0);
  return total(looked.map(({ mined }) => mined)) / Math.max(1, total(classes.map(({ mined }) => mined)));
};

/** Wilson's limits of a sample of `checked` out of `mined`, which says as much as a larger one out of infinitely many. */
function limits(right: number, checked: number, mined: number): { readonly low: number; readonly high: number } {
  if (checked >= mined) return { low: right / checked, high: right / checked };
  const worth = (mined - 1) / (mined - checked);
  return wilson(right * worth, checked * worth);
}
