import { copyFiles, duplicateCardsFile } from '../artifacts/copies.ts';
import { rejectionsFile } from '../artifacts/job.ts';
import { minedSummaryFile } from '../artifacts/mined.ts';
import type { Copies, Duplicates } from '../contracts/copies.ts';
import { inputsFolder, minedFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Rejection, RejectionReason } from '../contracts/rejections.ts';
import type { Store } from '../store/store.ts';

/** Copies that are named, of each kind: `rejected.parquet` lists more. */
const NAMED = 10;

/** How copies of benchmark images were told, and some of those that were left out; none where the run looked for none. */
export async function readCopies(store: Store, { runId }: Plan, round: number): Promise<Copies | undefined> {
  const card = await copyFiles(runId).card.find(store);
  if (card === undefined) return undefined;
  const named = (folder: string): Promise<Rejection[]> => someOf(store, folder, 'near-benchmark');
  return { ...card, labelled: await named(inputsFolder(runId)), pool: await named(minedFolder(runId, round)) };
}

/** The same of labelled images in the pool and of pool images in the mined set. */
export async function readDuplicates(store: Store, { runId }: Plan, round: number): Promise<Duplicates | undefined> {
  const cards = await duplicateCardsFile(runId).find(store);
  if (cards === undefined) return undefined;
  const { copyThreshold } = await minedSummaryFile(runId, round).read(store);
  const folder = minedFolder(runId, round);
  return {
    labelledThreshold: cards.labelled.threshold,
    ofLabelled: await someOf(store, folder, 'near-labelled'),
    ...(copyThreshold !== undefined && { minedThreshold: copyThreshold }),
    ofMined: await someOf(store, folder, 'near-duplicate'),
  };
}

async function someOf(store: Store, folder: string, reason: RejectionReason): Promise<Rejection[]> {
  return (await rejectionsFile(folder).read(store)).filter((one) => one.reason === reason).slice(0, NAMED);
}
