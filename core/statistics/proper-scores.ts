/** The least probability that counts: that which a half float can hold. */
const LEAST = 2 ** -24;

/**
 * Mean squared distance of probabilities from the truth, summed over classes: 0 to 2.
 * @param p - `[n, classes]`
 * @see Brier, Verification of Forecasts Expressed in Terms of Probability (Monthly Weather Review 1950)
 */
export const brierScore = (p: Float32Array, labels: Int32Array, classes: number): number =>
  labels.reduce((sum, label, i) => addDistance(sum, rowOf(p, i, classes), label), 0) / labels.length;

/** The same of each image. */
export const brierScores = (p: Float32Array, labels: Int32Array, classes: number): number[] =>
  Array.from(labels, (label, i) => addDistance(0, rowOf(p, i, classes), label));

function rowOf(p: Float32Array, i: number, classes: number): Float32Array {
  return p.subarray(i * classes, (i + 1) * classes);
}

/** A sum, and the squared distance of one image's probabilities from its label. */
function addDistance(sum: number, row: Float32Array, label: number): number {
  return row.reduce((total, value, other) => total + (value - (other === label ? 1 : 0)) ** 2, sum);
}

/** Mean negative log-likelihood of the labels, nats. @param p - probabilities `[n, classes]` */
export const negativeLogLikelihood = (p: Float32Array, labels: Int32Array, classes: number): number =>
  labels.reduce((sum, label, i) => sum - Math.log(Math.max(p[i * classes + label]!, LEAST)), 0) / labels.length;
