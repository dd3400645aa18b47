import { readGate } from '../artifacts/gate.ts';
import { labelledSetFile } from '../artifacts/inputs.ts';
import type { Plan } from '../contracts/plan.ts';
import type { CopyGuard } from '../copies/copy-guard.ts';
import { thumbnailsOf } from '../copies/thumbnails.ts';
import type { Images } from '../data/images.ts';
import type { PoolBatch } from '../data/pool/shard-batches.ts';
import { type Gate, judge, type Refused } from '../gate/gate.ts';
import type { Store } from '../store/store.ts';
import { readCopyGuards } from './copy-guards.ts';

/** What keeps images of the pool out, whatever a net says of them. */
export interface Guards {
  /** Know the labelled set and the benchmarks, to leave out copies of their images. */
  readonly copies: readonly CopyGuard[];
  /** Tells images of the task from junk; by default all are let through. */
  readonly gate?: Gate | undefined;
}

/** Images of a shard, and what keeps some of them out. */
export interface GuardedBatch extends PoolBatch {
  /** Of each image why it is left out; `undefined` for those that are not. */
  readonly refused: readonly (Refused | undefined)[];
}

/** The guards of a run. Copies are compared on the backend that was started. */
export async function readGuards(store: Store, plan: Plan): Promise<Guards> {
  const labelled = await labelledSetFile(plan.runId).read(store);
  return { copies: await readCopyGuards(store, plan, labelled), gate: await readGate(store, plan) };
}

/** Looks at every image of the batches; that it is a copy is said rather than that it is junk. */
export async function* guarded(
  batches: AsyncIterable<PoolBatch>,
  { copies, gate }: Guards,
): AsyncGenerator<GuardedBatch> {
  for await (const batch of batches) {
    const copied = copiesIn(batch, copies);
    const junk = gate === undefined ? [] : judge(gate, batch);
    yield { ...batch, refused: batch.keys.map((_, i) => copied[i] ?? junk[i]) };
  }
}

/** Of each image what the first guard says that knows it. */
function copiesIn(images: Images, guards: readonly CopyGuard[]): ReturnType<CopyGuard['judge']> {
  if (guards.length === 0) return [];
  const thumbnails = thumbnailsOf(images);
  const verdicts = guards.map((guard) => guard.judge(thumbnails));
  return Array.from({ length: images.count }, (_, i) => verdicts.map((one) => one[i]).find((fault) => fault));
}
