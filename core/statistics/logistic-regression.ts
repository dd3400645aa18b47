/** Rows to learn from, side by side, each with its class and how much it counts. */
export interface WeightedRows {
  readonly width: number;
  /** `[n, width]`, on scales that can be compared. */
  readonly values: Float32Array;
  /** `[n]`, 0 or 1. */
  readonly targets: ArrayLike<number>;
  /** `[n]` */
  readonly weights: ArrayLike<number>;
}

/** Coefficients of the columns; the last one stands alone. */
export type Coefficients = Float64Array;

const STEPS = 150;
const POWER_STEPS = 12;

/**
 * Logistic regression with a quadratic penalty: the weighted mean of the log-loss plus penalty / 2 · ‖coefficients‖², where
 * the last coefficient goes free. Nesterov's method from zero, so it is the same every time.
 * @see Nesterov, Introductory Lectures on Convex Optimization (2004), 2.2
 */
export const fitLogistic = (rows: WeightedRows, penalty: number): Coefficients => {
  const { width } = rows;
  const rate = 1 / (0.25 * largestCurvature(rows) + penalty);
  let [at, before] = [new Float64Array(width + 1), new Float64Array(width + 1)];
  for (let step = 0; step < STEPS; step++) {
    const pull = step / (step + 3);
    const ahead = at.map((value, k) => value + pull * (value - before[k]!));
    const gradient = gradientAt(rows, ahead);
    const next = ahead.map((value, k) => value - rate * (gradient[k]! + (k < width ? penalty * value : 0)));
    [before, at] = [at, next];
  }
  return at;
};

/** Log-odds of one row to be of class 1. */
export const logisticOdds = (coefficients: Coefficients, values: Float32Array, row: number): number => {
  const width = coefficients.length - 1;
  let sum = coefficients[width]!;
  for (let k = 0, at = row * width; k < width; k++, at++) sum += coefficients[k]! * values[at]!;
  return sum;
};

function gradientAt({ width, values, targets, weights }: WeightedRows, coefficients: Coefficients): Float64Array {
  const gradient = new Float64Array(width + 1);
  let total = 0;
  for (let row = 0; row < targets.length; row++) {
    const weight = weights[row]!;
    total += weight;
    const error = weight * (1 / (1 + Math.exp(-logisticOdds(coefficients, values, row))) - targets[row]!);
    for (let k = 0, at = row * width; k < width; k++, at++) gradient[k]! += error * values[at]!;
    gradient[width]! += error;
  }
  return gradient.map((value) => value / total);
}

/** Largest eigenvalue of the rows' weighted second moments, by power iteration; a tenth more for safety. */
function largestCurvature({ width, values, weights }: WeightedRows): number {
  let vector = new Float64Array(width + 1).fill(1 / Math.sqrt(width + 1));
  let length = 0;
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = new Float64Array(width + 1);
    let total = 0;
    for (let row = 0; row < weights.length; row++) {
      total += weights[row]!;
      const along = weights[row]! * logisticOdds(vector, values, row);
      for (let k = 0, at = row * width; k < width; k++, at++) next[k]! += along * values[at]!;
      next[width]! += along;
    }
    length = Math.hypot(...next) / total;
    vector = next.map((value) => value / (length * total));
  }
  return 1.1 * length;
}
