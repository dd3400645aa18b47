import { labelledBankFile } from '../../artifacts/bank.ts';
import { readRunSet } from '../../artifacts/distilled.ts';
import { benchmarkFile, labelledSetFile } from '../../artifacts/inputs.ts';
import { minedFile } from '../../artifacts/mined.ts';
import { privacyFile, runPrivacyFile } from '../../artifacts/privacy.ts';
import { releaseFiles } from '../../artifacts/release.ts';
import { hasBanks, releasedSets } from '../../contracts/config.ts';
import { distilledFolder, releaseFolder } from '../../contracts/keys.ts';
import { setName } from '../../contracts/names.ts';
import type { Plan } from '../../contracts/plan.ts';
import type { Summary } from '../../contracts/summary.ts';
import { sha256 } from '../../format/sha256.ts';
import { mapInOrder } from '../../map-in-order.ts';
import type { Store } from '../../store/store.ts';
import { BANK_LOADER } from './bank-loader.ts';
import { licenceText, releaseCard } from './card.ts';
import { formatChecksums } from './checksums.ts';
import { croissantFile } from './croissant.ts';
import { modelCard } from './model-card.ts';
import { releasedModels } from './model-files.ts';
import { releaseEval } from './protocol.ts';
import { filesOfSet, jsonFile, type ReleaseFile } from './set-files.ts';

const WRITES_AT_ONCE = 16;

/**
 * Writes `release/`: the first draw of every distilled set, the mined set without its images, the student and the ensemble, the numbers,
 * a card for the sets and one for these nets, and the checksums last.
 */
export const writeRelease = async (store: Store, plan: Plan, summary: Summary, round: number): Promise<void> => {
  const sets = releasedSets(plan.config);
  const files: ReleaseFile[] = [];
  for (const spec of sets) {
    const first = { ...spec, draw: 0 };
    const set = await readRunSet(store, plan.runId, first);
    files.push(...(await filesOfSet(store, distilledFolder(plan.runId, first), set)));
    const privacy = await runPrivacyFile(plan.runId, spec).bytes(store);
    files.push({ path: privacyFile(setName(spec)).key, bytes: privacy });
  }
  const views = files.filter(({ path }) => path.endsWith('.png')).length;
  if (hasBanks(plan.config)) files.push(...(await bankFiles(store, plan, round)));
  const evaluation = releaseEval(plan, summary, sets, await benchmarkImages(store, plan));
  const models = await releasedModels(store, plan, round);
  files.push(
    { path: releaseFiles.mined.key, bytes: await minedFile(plan.runId, round).bytes(store) },
    jsonFile(releaseFiles.evaluation.key, evaluation),
    { path: releaseFiles.card.key, bytes: Buffer.from(releaseCard(evaluation, summary, views)) },
    { path: releaseFiles.licence.key, bytes: Buffer.from(licenceText(plan.runId)) },
    ...models.files,
    { path: releaseFiles.modelCard.key, bytes: Buffer.from(modelCard(evaluation, summary, models)) },
  );
  files.push(croissantFile(evaluation, summary, files));
  const folder = releaseFolder(plan.runId);
  const write = ({ path, bytes }: ReleaseFile) => store.put(`${folder}/${path}`, bytes);
  for await (const _ of mapInOrder(files, WRITES_AT_ONCE, write));
  const sums = new Map(files.map(({ path, bytes }) => [path, sha256(bytes)]));
  await store.put(`${folder}/${releaseFiles.checksums.key}`, formatChecksums(sums));
};

/** What makes views of banks, and the labelled images' own bank, for a receiver who has them, with which images those are. */
async function bankFiles(store: Store, { runId, classes }: Plan, round: number): Promise<ReleaseFile[]> {
  const { keys, labels, sha256 } = await labelledSetFile(runId).read(store);
  const lines = keys.map((file, i) => `${JSON.stringify({ file, class: classes[labels[i]!], sha256: sha256[i] })}\n`);
  const bank = await labelledBankFile(runId, round, 0).bytes(store);
  return [
    { path: releaseFiles.bankLoader.key, bytes: Buffer.from(BANK_LOADER) },
    { path: releaseFiles.labelledBank.key, bytes: bank },
    { path: releaseFiles.labelledImages.key, bytes: Buffer.from(lines.join('')) },
  ];
}

async function benchmarkImages(store: Store, plan: Plan): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of Object.keys(plan.benchmarks)) {
    counts[name] = (await benchmarkFile(plan.runId, name).read(store)).count;
  }
  return counts;
}
