/** Takes bytes off a stream of blocks, in the portions that a format asks for. */
export interface ByteReader {
  /** Where the next byte stands. */
  readonly offset: number;
  /** Exactly so many bytes, or fewer at the end; they are not to be kept longer than the next call. */
  take(count: number): Promise<Buffer>;
  /** Passes over so many bytes; false where the stream ends before. */
  skip(count: number): Promise<boolean>;
}

/** @param offset - of the first byte of the first block */
export const byteReader = (blocks: AsyncIterable<Buffer>, offset: number): ByteReader => {
  const source = blocks[Symbol.asyncIterator]();
  let block: Buffer = Buffer.alloc(0);
  let position = offset;

  const more = async (): Promise<boolean> => {
    const next = await source.next();
    if (next.done) return false;
    block = next.value;
    return true;
  };
  const cut = (count: number): Buffer => {
    const taken = block.subarray(0, count);
    block = block.subarray(taken.length);
    position += taken.length;
    return taken;
  };

  return {
    get offset() {
      return position;
    },
    async take(count) {
      if (count <= block.length) return cut(count);
      const parts = [cut(block.length)];
      let missing = count - parts[0]!.length;
      while (missing > 0 && (await more())) {
        const part = cut(missing);
        parts.push(part);
        missing -= part.length;
      }
      return Buffer.concat(parts);
    },
    async skip(count) {
      let missing = count - cut(count).length;
      while (missing > 0 && (await more())) missing -= cut(missing).length;
      return missing <= 0;
    },
  };
};
