import { on } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { readShard } from '../../core/data/pool/read-shard.ts';
import { inBatches } from '../../core/data/pool/shard-batches.ts';
import { OmnidistillError } from '../../core/errors.ts';
import { toRecord } from '../../core/mine/reader/reader-errors.ts';
import type { ReaderMessage, ReaderTask } from '../../core/mine/reader/reader-messages.ts';

// The thread that reads and decodes a shard while the main thread computes.

if (parentPort === null) throw new OmnidistillError('reader.mjs is a thread of worker.mjs. Start worker.mjs instead.');
const port = parentPort;
const { manifest, image, limits, view, batch: count } = workerData as ReaderTask;

const say = (message: ReaderMessage, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

try {
  const credits = on(port, 'message');
  for await (const batch of inBatches(readShard(manifest, image, limits, view), count, image, view)) {
    // Nothing more is read until the other side has room.
    await credits.next();
    say({ kind: 'batch', batch }, [batch.pixels.buffer, ...(batch.view ? [batch.view.pixels.buffer] : [])]);
  }
  say({ kind: 'end' });
} catch (error) {
  say({ kind: 'failed', error: toRecord(error) });
} finally {
  port.close();
}
