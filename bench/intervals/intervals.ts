import type { Interval } from '../../core/contracts/results.ts';
import { type Crossed, meansOf } from '../../core/statistics/crossed.ts';
import { crossedInterval } from '../../core/statistics/crossed-interval.ts';
import { spreadOverDraws } from '../../core/statistics/spread.ts';
import type { Random } from '../../core/tensor/random.ts';

const RESAMPLES = 400;

/** Ways to bound a mean over images, seeds and draws, by what the page calls them. */
export const INTERVALS: Readonly<Record<string, (difference: Crossed, draw: Random) => Interval>> = {
  'mean ± deviation over seeds': (difference) => {
    const { mean, std } = spreadOverDraws(meansOf(difference));
    return { low: mean - std, high: mean + std };
  },
  bootstrap: (difference, draw) => bootstrapped(difference, draw, 1),
  'bootstrap, widened': (difference, draw) =>
    bootstrapped(difference, draw, Math.sqrt(difference.seeds / (difference.seeds - 1))),
  'variance components': (difference) => crossedInterval(difference, [-1, 1]),
};

/**
 * Percentiles of the mean over images, seeds and draws, each drawn again with replacement and independently of the others.
 * @param widened - by this factor around the mean
 * @see Owen, The Pigeonhole Bootstrap (Annals of Applied Statistics 2007)
 */
function bootstrapped(difference: Crossed, draw: Random, widened: number): Interval {
  const { seeds, draws, images, values } = difference;
  const { mean } = spreadOverDraws(meansOf(difference));
  const drawn = (count: number): Float64Array => {
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++) times[draw.below(count)]! += 1;
    return times;
  };
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    const [ofImage, ofSeed, ofDraw] = [drawn(images), drawn(seeds), drawn(draws)];
    let sum = 0;
    for (let row = 0; row < seeds * draws; row++) {
      const times = ofSeed[Math.floor(row / draws)]! * ofDraw[row % draws]!;
      if (times === 0) continue;
      let inRow = 0;
      for (let i = 0; i < images; i++) inRow += ofImage[i]! * values[row * images + i]!;
      sum += times * inRow;
    }
    return sum / (seeds * draws * images);
  }).sort();
  const at = (share: number): number => mean + widened * (means[Math.round(share * (RESAMPLES - 1))]! - mean);
  return { low: at(0.025), high: at(0.975) };
}
