import type { Random } from '../tensor/random.ts';

/** What indices are drawn of. */
interface Drawn {
  readonly count: number;
  /** `[count]`: how often each is drawn, in proportion; by default all of them alike. */
  readonly weights?: Float32Array | undefined;
}

/** A set's shuffled indices and how many of them were used. */
export interface Shuffle {
  readonly order: Int32Array;
  readonly position: number;
}

/** Endless indices of a set, in a new order each time round. @param from - where an earlier shuffle of the set stood */
export const shuffledForever = (set: Drawn, draw: Random, from?: Shuffle) => {
  let { order, position } = from ?? { order: roundOf(set, draw), position: 0 };
  return {
    next: (): number => {
      if (position === order.length) [order, position] = [roundOf(set, draw), 0];
      return order[position++]!;
    },
    state: (): Shuffle => ({ order, position }),
  };
};

/**
 * As many indices as a set has members: every one once, or as often as its weight asks for, fractions by chance.
 * @see Kitagawa, Monte Carlo Filter and Smoother (1996): systematic resampling
 */
function roundOf({ count, weights }: Drawn, draw: Random): Int32Array {
  const order = draw.permutation(count);
  if (weights === undefined) return order;
  const step = weights.reduce((sum, weight) => sum + weight, 0) / count;
  const offset = draw.next();
  let [image, reached] = [0, weights[0]!];
  const drawn = Int32Array.from({ length: count }, (_, i) => {
    while (reached <= (i + offset) * step && image < count - 1) reached += weights[++image]!;
    return image;
  });
  return order.map((place) => drawn[place]!);
}
