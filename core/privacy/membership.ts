import type { Asked } from './asked.ts';
import type { Scores } from './attack.ts';

/**
 * Scores of an attack on each draw of a set: what the draw says of an image, less what the other draws say of it. These stand in
 * for sets that the attacker makes without the image, so that an image that looks used to every set is not taken for used.
 * @param signals - `signals[draw][asked]`, the higher the more it looks used
 * @see Carlini et al., Membership Inference Attacks From First Principles (IEEE S&P 2022): the offline attack, with one deviation for
 * all images, which does not change their order
 */
export const membershipScores = ({ usedIn }: Asked, signals: readonly ArrayLike<number>[]): Scores => {
  const scores: { used: number[]; unused: number[] } = { used: [], unused: [] };
  for (const draw of signals.keys()) {
    // An image of another draw is known to that one, so it would look even less used than it is.
    const asked = [...usedIn.keys()].filter((i) => usedIn[i] === draw || usedIn[i] === undefined);
    const differences = asked.map((i) => signals[draw]![i]! - meanOfOthers(signals, draw, i));
    // One net is surer than another of everything.
    const middle = differences.toSorted((a, b) => a - b)[differences.length >> 1]!;
    for (const [at, i] of asked.entries()) {
      scores[usedIn[i] === undefined ? 'unused' : 'used'].push(differences[at]! - middle);
    }
  }
  return scores;
};

/** How near images come to a set: in logarithms, so that a copy stands out however near the images of other sets come. */
export const closeness = (distances: Float32Array): Float32Array =>
  distances.map((distance) => -Math.log(Math.max(distance, LEAST)));

/**
 * How sure a net is of the right class of each image: the logarithm of the odds, which is near to normal over nets.
 * @param probabilities - `[n, classes]`
 */
export const sureness = (probabilities: Float32Array, labels: ArrayLike<number>): Float32Array => {
  const classes = probabilities.length / labels.length;
  return Float32Array.from(labels, (label, i) => {
    const right = Math.min(Math.max(probabilities[i * classes + label]!, LEAST), 1 - LEAST);
    return Math.log(right / (1 - right));
  });
};

/** Beyond it a float32 has no digits left for distances and odds. */
const LEAST = 1e-6;

function meanOfOthers(signals: readonly ArrayLike<number>[], draw: number, i: number): number {
  const others = signals.filter((_, other) => other !== draw);
  return others.reduce((sum, said) => sum + said[i]!, 0) / others.length;
}
