import { benchmarkKey, distilledFolder, minedKey, releaseFolder } from '../../contracts/keys.ts';
import { isBaseline } from '../../contracts/methods.ts';
import type { SetSpec } from '../../contracts/names.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { Summary } from '../../contracts/summary.ts';
import { decodeImageSet } from '../../data/image-set.ts';
import { decodeDistilled } from '../../distill/distilled-images.ts';
import { planOutput } from '../../plan/plan-output.ts';
import { getObject } from '../../store/get-object.ts';
import type { Store } from '../../store/store.ts';
import { releaseCard } from './card.ts';
import { formatChecksums, sha256 } from './checksums.ts';
import { releaseEval } from './protocol.ts';
import { filesOfSet, jsonFile, type ReleaseFile } from './set-files.ts';

export const CHECKSUMS = 'SHA256SUMS';

/** The sets that a release may hold: baselines are whole pool images, to which the run has no right. */
export const releasedSets = (plan: Plan): SetSpec[] =>
  planOutput(plan).distilled.filter(({ method }) => !isBaseline(method));

const setFiles = async (store: Store, runId: string, spec: SetSpec): Promise<ReleaseFile[]> => {
  const folder = distilledFolder(runId, spec);
  const [json, images, labels] = await Promise.all(
    ['set.json', 'images.safetensors', 'labels.safetensors'].map((name) => getObject(store, `${folder}/${name}`)),
  );
  const set = decodeDistilled(JSON.parse(json!.toString('utf8')), images!, labels!);
  return filesOfSet(set, { images: images!, labels: labels! });
};

const benchmarkImages = async (store: Store, plan: Plan): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(plan.benchmarks)) {
    counts[name] = decodeImageSet(await getObject(store, benchmarkKey(plan.runId, name))).count;
  }
  return counts;
};

const WRITES_AT_ONCE = 16;

/**
 * Writes `release/`: every distilled set, the mined set without its images, the numbers, a card, and the checksums
 * last.
 */
export const writeRelease = async (store: Store, plan: Plan, summary: Summary, round: number): Promise<void> => {
  const sets = releasedSets(plan);
  const files: ReleaseFile[] = [];
  for (const spec of sets) files.push(...(await setFiles(store, plan.runId, spec)));
  const evaluation = releaseEval(plan, summary, sets, await benchmarkImages(store, plan));
  const imageCount = files.filter(({ path }) => path.endsWith('.png')).length;
  files.push(
    { path: 'mined/mined.parquet', bytes: await getObject(store, minedKey(plan.runId, round)) },
    jsonFile('eval.json', evaluation),
    { path: 'README.md', bytes: Buffer.from(releaseCard(evaluation, summary, imageCount)) },
  );
  const folder = releaseFolder(plan.runId);
  for (let start = 0; start < files.length; start += WRITES_AT_ONCE) {
    const some = files.slice(start, start + WRITES_AT_ONCE);
    await Promise.all(some.map(({ path, bytes }) => store.put(`${folder}/${path}`, bytes)));
  }
  const sums = new Map(files.map(({ path, bytes }) => [path, sha256(bytes)]));
  await store.put(`${folder}/${CHECKSUMS}`, formatChecksums(sums));
};
