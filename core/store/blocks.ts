import type { Store } from './store.ts';

/** Large enough to hide the delay of a store, small enough to hold some of them. */
const BLOCK = 4 * 1024 * 1024;

/**
 * Bytes of an object from `from` on in blocks, one of which is read ahead. Unlike a stream it holds no connection while
 * nobody asks.
 * @param to - exclusive; the end of the object where it is left out
 * @throws DataError where there is no such object
 */
export async function* blocksOf(
  store: Store,
  key: string,
  from: number,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer> {
  const read = (start: number): Promise<Buffer> | undefined => {
    if (start >= to) return undefined;
    const block = store.range(key, start, Math.min(start + BLOCK, to));
    // Who stops early never asks how the one ahead went.
    block.catch(() => undefined);
    return block;
  };
  let start = from;
  let next = read(start);
  while (next !== undefined) {
    const block = await next;
    start += BLOCK;
    next = block.length < BLOCK ? undefined : read(start);
    if (block.length > 0) yield block;
  }
}

/** Blocks that are kept: entries of an archive mostly lie side by side, so several readers share one. */
const MOST_KEPT = 8;
const WINDOW = 1024 * 1024;

/**
 * Reads ranges of an object in any order, neighbours with one request.
 * @param size - of the object in bytes
 */
export const randomAccess = (
  store: Store,
  key: string,
  size: number,
): ((from: number, to: number) => Promise<Buffer>) => {
  const kept = new Map<number, Promise<Buffer>>();
  const windowAt = (index: number): Promise<Buffer> => {
    const known = kept.get(index);
    const window = known ?? store.range(key, index * WINDOW, Math.min((index + 1) * WINDOW, size));
    kept.delete(index);
    kept.set(index, window);
    // A failure is told to who asked, and the next one tries again.
    if (known === undefined) window.catch(() => kept.delete(index));
    for (const old of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(old);
    }
    return window;
  };
  return async (from, to) => {
    if (to - from > MOST_KEPT * WINDOW) return store.range(key, from, to);
    const parts: Buffer[] = [];
    for (let index = Math.floor(from / WINDOW); index * WINDOW < to; index++) {
      const window = await windowAt(index);
      parts.push(window.subarray(Math.max(0, from - index * WINDOW), Math.max(0, to - index * WINDOW)));
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  };
};
