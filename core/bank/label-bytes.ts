/** Steps that one is divided into: what 8 bits tell apart. */
const STEPS = 255;

/**
 * Rows of probabilities in a byte each. The largest of a row may be off by half a step of 255, and so may any other.
 * @param rows - `[n, classes]`, rows that sum to 1
 */
export const toLabelBytes = (rows: Float32Array): Uint8Array => Uint8Array.from(rows, (p) => Math.round(p * STEPS));

/** The probabilities again: each row is divided by its sum, since rounding leaves it a little off. */
export const fromLabelBytes = (bytes: Uint8Array, classes: number): Float32Array => {
  const rows = new Float32Array(bytes.length);
  for (let start = 0; start < bytes.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += bytes[i]!;
    for (let i = start; i < start + classes; i++) rows[i] = bytes[i]! / sum;
  }
  return rows;
};
