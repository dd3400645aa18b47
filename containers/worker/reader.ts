import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';
import { readShard } from '../../core/data/pool/read-shard.ts';
import { inBatches } from '../../core/data/pool/shard-batches.ts';
import { OmnidistillError } from '../../core/errors.ts';
import { type Guards, guarded, readGuards } from '../../core/mine/guarded.ts';
import { toRecord } from '../../core/mine/reader/reader-errors.ts';
import type { ReaderMessage, ReaderTask } from '../../core/mine/reader/reader-messages.ts';
import { openStore } from '../../core/store/open.ts';
import { selectBackend } from '../../core/tensor/backend.ts';

// The thread that reads and decodes a shard, and looks for what has to be left out, while the main thread asks the nets.

if (parentPort === null) throw new OmnidistillError('reader.mjs is a thread of worker.mjs. Start worker.mjs instead.');
const port = parentPort;
const messages = on(port, 'message');

/** Images of the first batch, few, since the nets wait for it. */
const FIRST = 32;

const say = (message: ReaderMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

try {
  const { value: told } = await messages.next();
  const { manifest, image, limits, view, batch: count, run } = told[0] as ReaderTask;
  const batches = inBatches(readShard(manifest, image, limits, view), count, image, view, FIRST);
  for await (const batch of guarded(batches, await guards(run))) {
    // Nothing more is read until the other side has room.
    await messages.next();
    say({ kind: 'batch', batch }, [
      batch.pixels.buffer,
      batch.traces.buffer,
      ...(batch.view ? [batch.view.pixels.buffer] : []),
    ]);
  }
  say({ kind: 'end' });
} catch (error) {
  say({ kind: 'failed', error: toRecord(error) });
} finally {
  port.close();
}

async function guards(run: ReaderTask['run']): Promise<Guards> {
  if (run === undefined) return { copies: [] };
  // The backend of this thread alone; what it compares is small.
  await selectBackend({ forced: 'wasm', gradients: false });
  return readGuards(openStore(run.store), run.plan);
}
