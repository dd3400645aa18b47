import { blocksOf } from '../store/blocks.ts';
import type { Store } from '../store/store.ts';

/** A line of a text file, without its end. */
export interface Line {
  /** Of its first byte in the file. */
  readonly offset: number;
  /** `undefined` where it is longer than what was asked for. */
  readonly bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;

/**
 * The lines that begin in a range of a file, so that ranges side by side give every line once.
 * @param to - exclusive
 * @param most - bytes of a line, beyond which it is passed over unkept
 */
export async function* linesOf(
  store: Store,
  key: string,
  from: number,
  to: number,
  most: number,
): AsyncGenerator<Line> {
  // A line begins behind the end of another: the byte before the range says whether one begins with it.
  let inside = from > 0;
  let position = inside ? from - 1 : 0;
  let start = position;
  let pieces: Buffer[] = [];
  let length = 0;
  const take = (piece: Buffer): void => {
    length += piece.length;
    if (length <= most) pieces.push(piece);
    else pieces = [];
  };
  const line = (): Line => {
    const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    const bytes = whole.at(-1) === 0x0d ? whole.subarray(0, -1) : whole;
    return { offset: start, bytes: length > most ? undefined : bytes };
  };
  for await (const block of blocksOf(store, key, position)) {
    let at = 0;
    while (at < block.length) {
      const found = block.indexOf(NEWLINE, at);
      const end = found < 0 ? block.length : found;
      if (!inside) take(block.subarray(at, end));
      if (found >= 0) {
        if (!inside) yield line();
        inside = false;
        pieces = [];
        length = 0;
        start = position + found + 1;
        if (start >= to) return;
      }
      at = end + 1;
    }
    position += block.length;
  }
  if (!inside && length > 0) yield line();
}
