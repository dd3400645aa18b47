/** Below it a probability says no more than that it is small, and its logarithm lies where no step comes back from. */
const LEAST = 1e-3;

/** Labels as numbers without bounds, of which a softmax makes labels again. @param rows - of probabilities */
export const labelLogits = (rows: Float32Array): Float32Array => rows.map((p) => Math.log(Math.max(p, LEAST)));
