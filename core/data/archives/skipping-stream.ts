import { Readable } from 'node:stream';
import type { Store } from '../../store/store.ts';
import type { SkippingStream } from './tar-members.ts';

/** What is read at once: little behind a gap, and more the longer there was none, since every request has its delay. */
const [LEAST, MOST] = [256 * 1024, 4 * 1024 * 1024];
/** A shorter gap is read sooner than another request is answered. */
const SHORTEST_GAP = 1024 * 1024;
const ZEROS = Buffer.alloc(LEAST);

/**
 * An object as a stream of its full length in which `skipTo` leaves out what lies before an offset: zeros stand there, so that
 * whoever takes the stream apart counts on. To list a tar of photos reads its headers alone.
 * @param size - of the object in bytes
 */
export function skippingStream(store: Store, key: string, size: number): SkippingStream {
  let skipped = 0;
  async function* blocks(): AsyncGenerator<Buffer> {
    let at = 0;
    let length = LEAST;
    while (at < size) {
      const gapEnd = Math.min(skipped, size);
      if (gapEnd - at >= SHORTEST_GAP) {
        for (; at < gapEnd; at += ZEROS.length) yield ZEROS.subarray(0, gapEnd - at);
        at = gapEnd;
        length = LEAST;
        continue;
      }
      const block = await store.range(key, at, Math.min(at + length, size));
      // The object has become shorter: its reader tells what is missing.
      if (block.length === 0) return;
      yield block;
      at += block.length;
      length = Math.min(2 * length, MOST);
    }
  }
  const skipTo = (offset: number): void => {
    skipped = offset;
  };
  return Object.assign(Readable.from(blocks(), { objectMode: false, highWaterMark: 1 }), { skipTo });
}
