import { SKETCHES_WORDS, type Sketches } from '../copies/sketches.ts';
import { THUMBNAIL, THUMBNAIL_AREA, type Thumbnails } from '../copies/thumbnails.ts';

/** What Aggregate finds copies among all shards' candidates by, of some images. */
export interface Traces {
  readonly thumbnails: Thumbnails;
  readonly sketches: Sketches;
}

/** Bytes of one image's traces: its thumbnail, and its sketch behind it. */
export const TRACE_BYTES = THUMBNAIL_AREA + SKETCHES_WORDS * Int32Array.BYTES_PER_ELEMENT;

/** Image by image: `[count, TRACE_BYTES]`. */
export const joinTraces = ({ thumbnails, sketches: { words } }: Traces): Uint8Array<ArrayBuffer> => {
  const { count, pixels } = thumbnails;
  const traces = new Uint8Array(count * TRACE_BYTES);
  const sketches = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  for (let i = 0, at = 0; i < count; i++, at += TRACE_BYTES) {
    traces.set(pixels.subarray(i * THUMBNAIL_AREA, (i + 1) * THUMBNAIL_AREA), at);
    traces.set(sketches.subarray(4 * i * SKETCHES_WORDS, 4 * (i + 1) * SKETCHES_WORDS), at + THUMBNAIL_AREA);
  }
  return traces;
};

/** @param traces - as `joinTraces` made them */
export const splitTraces = (traces: Uint8Array): Traces => {
  const count = traces.length / TRACE_BYTES;
  const pixels = new Uint8Array(count * THUMBNAIL_AREA);
  const sketches = new Uint8Array(4 * count * SKETCHES_WORDS);
  for (let i = 0, at = 0; i < count; i++, at += TRACE_BYTES) {
    pixels.set(traces.subarray(at, at + THUMBNAIL_AREA), i * THUMBNAIL_AREA);
    sketches.set(traces.subarray(at + THUMBNAIL_AREA, at + TRACE_BYTES), 4 * i * SKETCHES_WORDS);
  }
  return {
    thumbnails: { size: THUMBNAIL, channels: 1, count, pixels },
    sketches: { count, words: new Int32Array(sketches.buffer) },
  };
};
