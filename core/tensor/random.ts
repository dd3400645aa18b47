import { createHash } from 'node:crypto';

/** A seeded stream of random numbers: the same seed gives the same stream on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it random. */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Standard normal. */
  normal(): number;
  /** Beta(a, a) for 0 < a <= 1. */
  beta(a: number): number;
  /** The integers 0 to n-1 in random order. */
  permutation(n: number): Int32Array;
  /** `k` of the integers 0 to n-1, rising; all where there are no more. */
  subset(n: number, k: number): Int32Array;
  /** Where the stream stands; `resumeRandom` goes on from there. Four 32-bit words. */
  state(): Int32Array;
}

/**
 * Starts a stream from any names and numbers. Streams with different parts are independent, so a stage names what it
 * draws for (`random(seed, 'augment', 3)`) and no stage disturbs another's draws.
 * The generator is sfc32 (PractRand), seeded by SHA-256.
 */
export const random = (...parts: readonly (string | number)[]): Random => {
  const digest = createHash('sha256').update(parts.join('\0')).digest();
  const fresh = generator(Int32Array.of(digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), 1));
  for (let warmUp = 0; warmUp < 12; warmUp++) fresh.next();
  return fresh;
};

/** Goes on with a stream where `state` was taken from it. */
export const resumeRandom = (state: Int32Array): Random => generator(state);

function generator(state: Int32Array): Random {
  let [a, b, c, counter] = state as unknown as [number, number, number, number];
  const bits = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };

  const next = (): number => bits() / 2 ** 32;
  const below = (n: number): number => Math.floor(next() * n);
  const permutation = (n: number): Int32Array => {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = below(i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  };
  return {
    next,
    below,
    uniform: (low, high) => low + (high - low) * next(),
    // Box and Muller; 1 - u avoids log(0).
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    // Jöhnk's method, efficient for a <= 1.
    beta: (a) => {
      for (;;) {
        const x = next() ** (1 / a);
        const y = next() ** (1 / a);
        if (x + y <= 1 && x + y > 0) return x / (x + y);
      }
    },
    permutation,
    subset: (n, k) => permutation(n).slice(0, k).sort(),
    state: () => Int32Array.of(a, b, c, counter),
  };
}
