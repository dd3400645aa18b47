import type { Candidate } from '../contracts/mined.ts';
import type { Plan } from '../contracts/plan.ts';
import { random } from '../tensor/random.ts';

/**
 * Pool images for training without labels: by chance, of every shard its part, as many as any such training can look at. No copies,
 * and no image of a benchmark: whoever learns from those, even without their labels, is measured on what it knows.
 * @param shards - the candidates of each finished shard
 * @param images - of the pool
 * @param forbidden - SHA-256 of the benchmarks' decoded pixels
 */
export async function samplePool(
  { config }: Plan,
  round: number,
  shards: AsyncIterable<readonly Candidate[]>,
  images: number,
  forbidden: ReadonlySet<string>,
): Promise<Candidate[]> {
  const { steps, poolPerBatch } = config.student.consistency;
  const { boost } = config.evaluate;
  const most = Math.max(steps * poolPerBatch, boost.steps * boost.setPerBatch);
  const part = Math.min(1, most / Math.max(images, 1));
  const seen = new Set(forbidden);
  const sample: Candidate[] = [];
  for await (const candidates of shards) {
    const shard = candidates[0]?.shard ?? 0;
    const order = random(config.seed, 'pool-sample', round, shard).permutation(candidates.length);
    for (const row of order.slice(0, Math.ceil(part * candidates.length)).sort()) {
      const candidate = candidates[row]!;
      if (seen.has(candidate.sha256)) continue;
      seen.add(candidate.sha256);
      sample.push(candidate);
    }
  }
  return sample;
}
