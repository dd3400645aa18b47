import { askedLikeness, copyFiles, duplicateCardsFile } from '../artifacts/copies.ts';
import { labelledKey } from '../contracts/keys.ts';
import type { Plan } from '../contracts/plan.ts';
import { type CopyGuard, copyGuard } from '../copies/copy-guard.ts';
import { thumbnailsOf } from '../copies/thumbnails.ts';
import type { ImageSet } from '../data/image-set.ts';
import type { Store } from '../store/store.ts';

/** What keeps copies of labelled and benchmark images out of the mined set, as far as the run looks for them. */
export async function readCopyGuards(store: Store, plan: Plan, labelled: ImageSet): Promise<CopyGuard[]> {
  const guards: CopyGuard[] = [];
  const cards = await duplicateCardsFile(plan.runId).find(store);
  if (cards !== undefined) {
    const known = { ...thumbnailsOf(labelled), keys: labelled.keys.map(labelledKey) };
    guards.push(copyGuard(known, cards.labelled, 'near-labelled'));
  }
  if (askedLikeness(plan) !== null) {
    const { card, thumbnails } = copyFiles(plan.runId);
    guards.push(copyGuard(await thumbnails.read(store), await card.read(store), 'near-benchmark'));
  }
  return guards;
}
