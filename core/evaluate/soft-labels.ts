import { benchmarkFile } from '../artifacts/inputs.ts';
import { readMinedImages, readMinedSet } from '../artifacts/mined.ts';
import { readModels } from '../artifacts/model.ts';
import { shardFiles } from '../artifacts/shard.ts';
import type { Candidate } from '../contracts/mined.ts';
import type { Plan } from '../contracts/plan.ts';
import { type Images, selectImages } from '../data/images.ts';
import { ensembleSoftLabels } from '../distill/teacher.ts';
import type { Store } from '../store/store.ts';
import { random } from '../tensor/random.ts';
import { type TrainingData, withSoftLabels } from '../train/training-data.ts';

/** Images of the mined set, as many as a boost can look at, with the students' soft labels. */
export const minedWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<TrainingData> => {
  const mined = await readMinedSet(store, plan, round);
  return softened(store, plan, round, selectImages(mined, chosen(plan, mined.count)));
};

/** The same of the whole pool, as far as its shards have kept it. */
export const poolWithSoftLabels = async (store: Store, plan: Plan, round: number): Promise<TrainingData> => {
  const candidates = await readCandidates(store, plan, round);
  const rows = chosen(plan, candidates.length).map((row) => candidates[row]!);
  const { runId, config } = plan;
  return softened(store, plan, round, await readMinedImages(store, { runId, round, shape: config.image }, rows));
};

/** Shards whose candidates are looked at, at most: a large pool has more than anybody needs. */
const MOST_SHARDS = 32;

/** Candidates of a round, whatever their score; equal images once, and none that stands in a benchmark. */
async function readCandidates(store: Store, plan: Plan, round: number): Promise<Candidate[]> {
  const { runId, benchmarks, config, shardCount } = plan;
  const hashes = Object.keys(benchmarks).map(async (name) => (await benchmarkFile(runId, name).read(store)).sha256);
  const seen = new Set((await Promise.all(hashes)).flat());
  const shards = random(config.seed, 'pool shards').permutation(shardCount).slice(0, MOST_SHARDS).sort();
  const found: Candidate[] = [];
  for (const shard of shards) {
    const { stats, candidates } = shardFiles(runId, round, shard);
    // A shard that failed has none, or not all of them.
    if (!(await stats.exists(store))) continue;
    for (const candidate of await candidates.read(store)) {
      if (seen.has(candidate.sha256)) continue;
      seen.add(candidate.sha256);
      found.push(candidate);
    }
  }
  return found;
}

/** Which of some images a boost looks at: all, or by chance as many as it takes in. */
function chosen({ config }: Plan, count: number): number[] {
  const { steps, setPerBatch } = config.evaluate.boost;
  return [
    ...random(config.seed, 'soft labels', count)
      .permutation(count)
      .slice(0, steps * setPerBatch)
      .sort(),
  ];
}

async function softened(store: Store, plan: Plan, round: number, images: Images): Promise<TrainingData> {
  const teachers = await readModels(store, plan, 'student', round);
  return withSoftLabels(images, plan.classes.length, await ensembleSoftLabels(teachers, images));
}
