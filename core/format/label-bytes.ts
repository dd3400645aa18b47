/** Parts that one is divided into: what 8 bits tell apart. */
const PARTS = 255;

/**
 * Rows of probabilities in a byte each. The parts of a row are shared out by largest remainders, so that they sum to 255 again: were
 * each rounded by itself, the many small ones of a row of many classes would all vanish, or together outweigh the large one. No
 * probability is off by 1/255 or more.
 * @param rows - `[n, classes]`, rows that sum to 1
 * @throws RangeError on a row that does not
 */
export const toLabelBytes = (rows: Float32Array, classes: number): Uint8Array => {
  const bytes = new Uint8Array(rows.length);
  for (let start = 0; start < rows.length; start += classes) {
    bytes.set(partsOf(rows.subarray(start, start + classes), start / classes), start);
  }
  return bytes;
};

/**
 * The probabilities again: each row is divided by its sum.
 * @throws RangeError on a row of zeros
 */
export const fromLabelBytes = (bytes: Uint8Array, classes: number): Float32Array => {
  const rows = new Float32Array(bytes.length);
  for (let start = 0; start < bytes.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += bytes[i]!;
    if (sum === 0)
      throw new RangeError(`Row ${start / classes} of the labels is all zeros: it says nothing of its view.`);
    for (let i = start; i < start + classes; i++) rows[i] = bytes[i]! / sum;
  }
  return rows;
};

function partsOf(row: Float32Array, index: number): Uint8Array {
  const sum = row.reduce((all, p) => all + p, 0);
  // A net that diverged says NaN, which must not become a label.
  if (!(Math.abs(sum - 1) < 1e-3)) throw new RangeError(`Row ${index} of the labels must sum to 1. Received ${sum}.`);
  const exact = Float64Array.from(row, (p) => (p / sum) * PARTS);
  const parts = Uint8Array.from(exact, Math.floor);
  const left = PARTS - parts.reduce((all, part) => all + part, 0);
  const remainder = (i: number): number => exact[i]! - parts[i]!;
  const byRemainder = [...row.keys()].sort((i, j) => remainder(j) - remainder(i));
  for (const i of byRemainder.slice(0, left)) parts[i]!++;
  return parts;
}
