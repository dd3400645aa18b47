import { random } from '../../tensor/random.ts';

/**
 * Some of a class's mined images, spread evenly over their order and each as likely as any other: a systematic sample from
 * a random start. It comes in random order, so that the first few of it are a fair sample as well and whoever looks at them
 * does not know how sure the miner was.
 * @param ordered - the class's mined images, the surest first
 * @param seed - parts of a random seed: the same ones draw the same images
 * @see Cochran, Sampling Techniques (1977), chapter 8
 */
export const drawSample = <T>(ordered: ArrayLike<T>, most: number, ...seed: readonly (string | number)[]): T[] => {
  const size = Math.min(ordered.length, most);
  const draws = random(...seed);
  const start = draws.next();
  const drawn = Array.from({ length: size }, (_, i) => ordered[Math.floor(((i + start) * ordered.length) / size)]!);
  return [...draws.permutation(size)].map((i) => drawn[i]!);
};
