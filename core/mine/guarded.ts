import { duplicateCardsFile } from '../artifacts/copies.ts';
import { readGate } from '../artifacts/gate.ts';
import { labelledSetFile, poolPreviewFile } from '../artifacts/inputs.ts';
import type { Plan } from '../contracts/plan.ts';
import type { CopyGuard } from '../copies/copy-guard.ts';
import { type Sketches, sketcherOf } from '../copies/sketches.ts';
import { type Thumbnails, thumbnailsOf } from '../copies/thumbnails.ts';
import { sliceImages } from '../data/images.ts';
import type { PoolBatch } from '../data/pool/shard-batches.ts';
import { type Gate, judge, type Refused } from '../gate/gate.ts';
import type { Store } from '../store/store.ts';
import { readCopyGuards } from './copy-guards.ts';
import { joinTraces } from './traces.ts';

/** What keeps images of the pool out, whatever a net says of them. */
export interface Guards {
  /** Know the labelled set and the benchmarks, to leave out copies of their images. */
  readonly copies: readonly CopyGuard[];
  /** Tells images of the task from junk; by default all are let through. */
  readonly gate?: Gate | undefined;
  /** Makes what copies within the pool are found by; none where nobody looks for them. */
  readonly sketch?: ((images: Thumbnails) => Sketches) | undefined;
}

/** Images of a shard, and what keeps some of them out. */
export interface GuardedBatch extends PoolBatch {
  /** Of each image why it is left out; `undefined` for those that are not. */
  readonly refused: readonly (Refused | undefined)[];
  /** `[count, TRACE_BYTES]`, or nothing. */
  readonly traces: Uint8Array<ArrayBuffer>;
}

/** The guards of a run. Copies are compared on the backend that was started. */
export async function readGuards(store: Store, plan: Plan): Promise<Guards> {
  const { runId } = plan;
  const labelled = await labelledSetFile(runId).read(store);
  const traced = await duplicateCardsFile(runId).exists(store);
  return {
    copies: await readCopyGuards(store, plan, labelled),
    gate: await readGate(store, plan),
    sketch: traced ? sketcherOf(thumbnailsOf(await poolPreviewFile(runId).read(store))) : undefined,
  };
}

/** Looks at every image of the batches; that it is a copy is said rather than that it is junk. */
export async function* guarded(
  batches: AsyncIterable<PoolBatch>,
  { copies, gate, sketch }: Guards,
): AsyncGenerator<GuardedBatch> {
  const asked = copies.length > 0 || sketch !== undefined;
  for await (const batch of batches) {
    const thumbnails = thumbnailsOf(asked ? batch : sliceImages(batch, 0, 0));
    const copied = copiesIn(thumbnails, copies);
    const junk = gate === undefined ? [] : judge(gate, batch);
    yield {
      ...batch,
      refused: batch.keys.map((_, i) => copied[i] ?? junk[i]),
      traces: sketch === undefined ? new Uint8Array() : joinTraces({ thumbnails, sketches: sketch(thumbnails) }),
    };
  }
}

/** Of each image what the first guard says that knows it. */
function copiesIn(thumbnails: Thumbnails, guards: readonly CopyGuard[]): ReturnType<CopyGuard['judge']> {
  const verdicts = guards.map((guard) => guard.judge(thumbnails));
  return Array.from({ length: thumbnails.count }, (_, i) => verdicts.map((one) => one[i]).find((fault) => fault));
}
