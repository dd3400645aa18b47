import type { Candidate } from '../contracts/mined.ts';
import type { Plan } from '../contracts/plan.ts';
import { random } from '../tensor/random.ts';

/** Takes of the candidates of each shard their part; the shards come in their order. */
export interface PoolSampler {
  add(candidates: readonly Candidate[]): void;
  /** Of all shards so far. */
  readonly sample: readonly Candidate[];
}

/**
 * Pool images for training without labels: by chance, of every shard its part, as many as any such training can look at. No copies,
 * and no image of a benchmark: whoever learns from those, even without their labels, is measured on what it knows.
 * @param images - of the pool
 * @param forbidden - SHA-256 of the benchmarks' decoded pixels
 */
export const poolSampler = (
  { config }: Plan,
  round: number,
  images: number,
  forbidden: ReadonlySet<string>,
): PoolSampler => {
  const { consistency, noisy } = config.student;
  const { boost } = config.evaluate;
  const looked = [consistency, noisy].map(({ steps, poolPerBatch }) => steps * poolPerBatch);
  const most = Math.max(...looked, boost.steps * boost.setPerBatch);
  const part = Math.min(1, most / Math.max(images, 1));
  const seen = new Set(forbidden);
  const sample: Candidate[] = [];
  return {
    sample,
    add(candidates) {
      const draw = random(config.seed, 'pool-sample', round, candidates[0]?.shard ?? 0);
      for (const row of draw.subset(candidates.length, Math.ceil(part * candidates.length))) {
        const candidate = candidates[row]!;
        if (seen.has(candidate.sha256)) continue;
        seen.add(candidate.sha256);
        sample.push(candidate);
      }
    },
  };
};
