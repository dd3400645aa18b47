/** A value of every seed, draw and image: of crossed random effects, each of which could have been others. */
export interface Crossed {
  readonly seeds: number;
  readonly draws: number;
  readonly images: number;
  /** `[seeds, draws, images]`, row-major. */
  readonly values: ArrayLike<number>;
}

/** Means over the images: `[seed][draw]`. */
export const meansOf = ({ seeds, draws, images, values }: Crossed): number[][] => {
  const meanOf = (row: number): number => {
    let sum = 0;
    for (let i = row * images; i < (row + 1) * images; i++) sum += values[i]!;
    return sum / images;
  };
  return Array.from({ length: seeds }, (_, seed) =>
    Array.from({ length: draws }, (_, draw) => meanOf(seed * draws + draw)),
  );
};

/** Values times the weight of their image. */
export const weighted = (crossed: Crossed, weights: ArrayLike<number>): Crossed => ({
  ...crossed,
  values: Float64Array.from(crossed.values, (value, at) => value * weights[at % crossed.images]!),
});

/**
 * Differences, paired by seed, draw and image. What was drawn once stands beside every draw of the other.
 * @throws RangeError when the two cannot be paired
 */
export const differenceOf = (one: Crossed, other: Crossed): Crossed => {
  const { seeds, images } = one;
  const draws = Math.max(one.draws, other.draws);
  const pairs = [one, other].every((side) => side.draws === draws || side.draws === 1);
  if (other.seeds !== seeds || other.images !== images || !pairs) {
    throw new RangeError(`${shapeOf(one)} cannot be paired with ${shapeOf(other)}.`);
  }
  const values = new Float64Array(seeds * draws * images);
  for (let row = 0; row < seeds * draws; row++) {
    const [left, right] = [rowIn(one, row, draws), rowIn(other, row, draws)];
    for (let i = 0; i < images; i++) {
      values[row * images + i] = one.values[left * images + i]! - other.values[right * images + i]!;
    }
  }
  return { seeds, draws, images, values };
};

/** Where a row of all seeds and draws lies in what may have been drawn once. */
function rowIn({ draws }: Crossed, row: number, ofAll: number): number {
  return draws === ofAll ? row : Math.floor(row / ofAll);
}

function shapeOf({ seeds, draws, images }: Crossed): string {
  return `${seeds} seeds × ${draws} draws × ${images} images`;
}
