/** Part of the mean variance that every direction gets more, so that one in which images hardly differ does not count. */
const FLOOR = 0.1;

/**
 * Makes coordinates of which each tells as much as the others: over the images it is learned from, none depends on another and
 * all spread alike (by a Cholesky factor of their covariance).
 * @param rows - at mean 0
 * @returns changes a row in place
 */
export const whitening = (rows: readonly Float32Array[]): ((row: Float32Array) => Float32Array) => {
  const width = rows[0]?.length ?? 0;
  const factor = choleskyOf(covarianceOf(rows, width), width);
  return (row) => {
    for (let i = 0; i < width; i++) {
      let value = row[i]!;
      for (let k = 0; k < i; k++) value -= factor[i * width + k]! * row[k]!;
      row[i] = value / factor[i * width + i]!;
    }
    return row;
  };
};

/** `[width, width]`, with the floor on its diagonal. */
function covarianceOf(rows: readonly Float32Array[], width: number): Float64Array {
  const sums = new Float64Array(width * width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) sums[i * width + j]! += row[i]! * row[j]!;
  }
  let trace = 0;
  for (let i = 0; i < width; i++) trace += sums[i * width + i]!;
  // Of images that are all alike there is nothing to learn: the coordinates stay what they are.
  const floor = trace === 0 ? 1 : (FLOOR * trace) / width;
  for (let i = 0; i < width; i++) sums[i * width + i]! += floor;
  return sums;
}

/** Lower triangle; the floor keeps the pivots above 0. */
function choleskyOf(matrix: Float64Array, width: number): Float64Array {
  const factor = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * width + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * width + k]! * factor[j * width + k]!;
      factor[i * width + j] = i === j ? Math.sqrt(sum) : sum / factor[j * width + j]!;
    }
  }
  return factor;
}
