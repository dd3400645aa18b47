/** Rows of probabilities: softmax(logits / temperature). */
export const probabilities = (logits: Float32Array, classes: number, temperature = 1): Float32Array => {
  const result = new Float32Array(logits.length);
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const top = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    let sum = 0;
    row.forEach((value, i) => (sum += result[start + i] = Math.exp((value - top) / temperature)));
    for (let i = 0; i < classes; i++) result[start + i]! /= sum;
  }
  return result;
};

/** Row-wise index of the largest value. */
export const argmaxRows = (rows: Float32Array, classes: number): Int32Array => {
  const result = new Int32Array(rows.length / classes);
  for (let i = 0; i < result.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (rows[i * classes + c]! > rows[i * classes + best]!) best = c;
    result[i] = best;
  }
  return result;
};

/**
 * The mean of what several nets say, who are asked one after the other.
 * @param said - rows of one net, as many of every one
 */
export const meanOfNets = async <Net>(
  nets: readonly Net[],
  said: (net: Net) => Promise<Float32Array>,
): Promise<Float32Array> => {
  let mean = new Float32Array(0);
  for (const net of nets) {
    const rows = await said(net);
    if (mean.length === 0) mean = new Float32Array(rows.length);
    rows.forEach((value, i) => (mean[i]! += value / nets.length));
  }
  return mean;
};
