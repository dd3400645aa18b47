/**
 * Divides every row by its length, in place; a row of zeros stays as it is.
 * @param values - `[n, width]`
 * @returns the same values
 */
export function unitRows(values: Float32Array, width: number): Float32Array {
  for (let start = 0; start < values.length; start += width) {
    const row = values.subarray(start, start + width);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let i = 0; i < width; i++) row[i]! /= length;
  }
  return values;
}
