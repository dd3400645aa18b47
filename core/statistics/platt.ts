import { total } from './total.ts';

/** A chance as a function of a score: 1 / (1 + exp(-(intercept + slope · score))). */
export interface Platt {
  readonly intercept: number;
  readonly slope: number;
}

const STEPS = 100;
const ENOUGH = 1e-10;

/**
 * The chance of being right as a function of a score, by logistic regression (Newton's method).
 * The outcomes are drawn towards one half by one more of each kind, so that the curve stays finite where a score
 * tells right from wrong without a fault, and where all are right.
 * @param scores - of labels whose truth is known, and @param right - whether each is
 * @param weights - how much each counts, in proportion; by default all alike
 * @see Platt, Probabilistic Outputs for Support Vector Machines (1999), with his targets for few examples
 */
export const fitPlatt = (
  scores: ArrayLike<number>,
  right: ArrayLike<boolean | number>,
  weights?: readonly number[],
): Platt => {
  const count = scores.length;
  const all = weights === undefined ? count : total(weights);
  const part = (i: number): number => (weights === undefined || all === 0 ? 1 : (weights[i]! * count) / all);
  const hits = Array.from(right).reduce<number>((sum, one, i) => sum + (one ? part(i) : 0), 0);
  const [high, low] = [(hits + 1) / (hits + 2), 1 / (count - hits + 2)];
  const targets = Array.from(right, (one) => (one ? high : low));
  // Around their mean the scores do not move the intercept.
  const mean = Array.from(scores).reduce((sum, score, i) => sum + part(i) * score, 0) / Math.max(count, 1);
  let [a, b] = [Math.log((hits + 1) / (count - hits + 1)), 0];
  for (let step = 0; step < STEPS; step++) {
    let [ga, gb, aa, ab, bb] = [0, 0, 1e-9, 0, 1e-9];
    for (let i = 0; i < count; i++) {
      const x = scores[i]! - mean;
      const p = 1 / (1 + Math.exp(-(a + b * x)));
      const [miss, weight] = [part(i) * (targets[i]! - p), part(i) * p * (1 - p)];
      ga += miss;
      gb += miss * x;
      aa += weight;
      ab += weight * x;
      bb += weight * x * x;
    }
    const determinant = aa * bb - ab * ab;
    const [da, db] = [(bb * ga - ab * gb) / determinant, (aa * gb - ab * ga) / determinant];
    a += da;
    b += db;
    if (Math.abs(da) + Math.abs(db) < ENOUGH) break;
  }
  return { intercept: a - b * mean, slope: b };
};

export const chanceAt = ({ intercept, slope }: Platt, score: number): number =>
  1 / (1 + Math.exp(-(intercept + slope * score)));
