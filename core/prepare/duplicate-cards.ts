import { duplicateCardsFile } from '../artifacts/copies.ts';
import type { CopyCard } from '../contracts/copies.ts';
import type { Plan } from '../contracts/plan.ts';
import { copyCardOf } from '../copies/copy-card.ts';
import { thumbnailsOf } from '../copies/thumbnails.ts';
import type { Images } from '../data/images.ts';
import type { Store } from '../store/store.ts';
import { selectBackend } from '../tensor/backend.ts';

/** Says from which likeness on a pool image is a copy of a labelled one, or of another one of the pool, as far as the run asks. */
export async function writeDuplicateCards(
  store: Store,
  { runId, config }: Plan,
  labelled: Images,
  preview: Images,
): Promise<void> {
  const asked = config.mining.nearDuplicate;
  if (asked === null) return;
  await selectBackend({ forced: 'wasm', gradients: false });
  const card = (images: Images): CopyCard => copyCardOf(thumbnailsOf(images), asked, config.seed);
  await duplicateCardsFile(runId).write(store, { labelled: card(labelled), pool: card(preview) });
}
