/** A seeded stream of random numbers: the same seed draws the same images on every machine. */
export interface DemoRandom {
  /** Evenly spread over `[min, max)`. */
  uniform(min: number, max: number): number;
  /** Normally distributed. */
  normal(mean: number, deviation: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** The items in a random order. */
  shuffle<T>(items: readonly T[]): T[];
}

/** Mulberry32, a 32-bit generator whose state is one counter. */
const mulberry32 = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** @param seed - any whole number; it is reduced to 32 bits */
export const createRandom = (seed: number): DemoRandom => {
  const next = mulberry32(seed);
  const uniform = (min: number, max: number): number => min + (max - min) * next();
  const index = (count: number): number => Math.floor(next() * count);
  return {
    uniform,
    // Box–Muller; 1 - next() is never 0, so the logarithm is finite.
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[index(items.length)];
      if (item === undefined) throw new RangeError('Nothing to pick from: the list is empty.');
      return item;
    },
    shuffle: (items) => {
      const order = [...items];
      for (let last = order.length - 1; last > 0; last--) {
        const other = index(last + 1);
        [order[last], order[other]] = [order[other]!, order[last]!];
      }
      return order;
    },
  };
};
