import { random } from '../../../core/tensor/random.ts';
import type { TaskData } from '../task.ts';
import type { Fer } from './faces.ts';

const BENCHMARK = 3500;

/** Takes random pool images out as the benchmark, so that PublicTest stays shut. */
export const freshSplit = ({ labelled, pool }: Fer, seed: number): TaskData => {
  const held = new Set(random('fer-fresh', seed).permutation(pool.length).subarray(0, BENCHMARK));
  return {
    labelled,
    pool: pool.filter((_, i) => !held.has(i)),
    benchmark: pool.filter((_, i) => held.has(i)),
  };
};
