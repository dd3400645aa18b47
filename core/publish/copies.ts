import { copyFiles } from '../artifacts/copies.ts';
import { rejectionsFile } from '../artifacts/job.ts';
import type { Copies } from '../contracts/copies.ts';
import { inputsFolder, minedFolder } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import type { Rejection } from '../contracts/rejections.ts';
import type { Store } from '../store/store.ts';

/** Copies that are named, of each kind: `rejected.parquet` lists more. */
const NAMED = 10;

/** How copies of benchmark images were told, and some of those that were left out; none where the run looked for none. */
export async function readCopies(store: Store, { runId }: Plan, round: number): Promise<Copies | undefined> {
  const card = await copyFiles(runId).card.find(store);
  if (card === undefined) return undefined;
  const named = async (folder: string): Promise<Rejection[]> =>
    (await rejectionsFile(folder).read(store)).filter(({ reason }) => reason === 'near-benchmark').slice(0, NAMED);
  return { ...card, labelled: await named(inputsFolder(runId)), pool: await named(minedFolder(runId, round)) };
}
