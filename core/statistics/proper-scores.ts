/** The least probability that counts: that which a half float can hold. */
const LEAST = 2 ** -24;

/**
 * Mean squared distance of probabilities from the truth, summed over classes: 0 to 2.
 * @param p - `[n, classes]`
 * @see Brier, Verification of Forecasts Expressed in Terms of Probability (Monthly Weather Review 1950)
 */
export const brierScore = (p: Float32Array, labels: Int32Array, classes: number): number => {
  const distances = p.reduce((sum, value, at) => {
    const truth = labels[Math.floor(at / classes)] === at % classes ? 1 : 0;
    return sum + (value - truth) ** 2;
  }, 0);
  return distances / labels.length;
};

/** Mean negative log-likelihood of the labels, nats. @param p - probabilities `[n, classes]` */
export const negativeLogLikelihood = (p: Float32Array, labels: Int32Array, classes: number): number =>
  labels.reduce((sum, label, i) => sum - Math.log(Math.max(p[i * classes + label]!, LEAST)), 0) / labels.length;
