import type { PairedMean } from '../contracts/pool-verdict.ts';
import { mean } from './mean.ts';
import { NORMAL_95 as Z } from './normal.ts';

/**
 * Mean of paired differences over images that were drawn class by class: what differs between the classes is no chance.
 * @param strata - class of each image
 * @see Cochran, Sampling Techniques (1977), chapter 5
 */
export const pairedMean = (differences: ArrayLike<number>, strata: Int32Array): PairedMean => {
  const all = Array.from(differences);
  const count = all.length;
  const byClass = new Map<number, number[]>();
  for (const [i, stratum] of strata.entries()) {
    const members = byClass.get(stratum);
    if (members === undefined) byClass.set(stratum, [all[i]!]);
    else members.push(all[i]!);
  }
  const whole = mean(all);
  // Of each class the variance of its mean, by the square of its share of the images.
  const variance = [...byClass.values()].reduce((sum, members) => {
    const middle = mean(members);
    const squares = members.reduce((total, value) => total + (value - middle) ** 2, 0);
    return sum + (members.length / count) ** 2 * (squares / Math.max(members.length - 1, 1) / members.length);
  }, 0);
  // Where all differ alike nothing is seen of chance, which is no certainty: as if they deviated by as much as they differ.
  const error = Math.sqrt(variance) || Math.abs(whole) / Math.sqrt(count);
  return { mean: whole, t: error > 0 ? whole / error : 0, low: whole - Z * error, high: whole + Z * error };
};
