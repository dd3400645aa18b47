/**
 * Numbers in Parquet's hybrid of run lengths and packed bits. Unlike the library's own it never writes more than it was asked
 * for: a damaged run of 2³¹ would take minutes and gigabytes.
 * @param width - bits of a number, at most 24
 * @param count - numbers that are wanted
 * @throws Error where the bytes end before
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export const runLengths = (bytes: Uint8Array, width: number, count: number): Uint32Array => {
  const values = new Uint32Array(count);
  if (width === 0) return values;
  if (width > MOST_BITS) throw new Error(`numbers of ${width} bits`);
  let at = 0;
  let seen = 0;
  const next = (): number => {
    if (at >= bytes.length) throw new Error('a page ends before its numbers');
    return bytes[at++]!;
  };
  while (seen < count) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      if (shift > 28) throw new Error('the length of a run is damaged');
      const byte = next();
      header |= (byte & 0x7f) << shift;
      more = byte >= 0x80;
    }
    const runs = header >>> 1;
    if ((header & 1) === 0) {
      let value = 0;
      for (let shift = 0; shift < width; shift += 8) value |= next() << shift;
      const end = Math.min(count, seen + runs);
      values.fill(value, seen, end);
      seen = end;
    } else {
      let [bits, held] = [0, 0];
      const end = Math.min(count, seen + 8 * runs);
      while (seen < end) {
        for (; held < width; held += 8) bits |= next() << held;
        values[seen++] = bits & ((1 << width) - 1);
        bits >>>= width;
        held -= width;
      }
    }
  }
  return values;
};

/** So many and a byte more fit a number. */
const MOST_BITS = 24;
