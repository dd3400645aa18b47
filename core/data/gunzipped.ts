import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';

/** What an archive may be packed with that is not unpacked here, by its first bytes. */
const PACKED: readonly (readonly [magic: string, words: string])[] = [
  ['(\xb5\x2f\xfd', 'is packed with zstd; unpack it, or pack it with gzip'],
  ['BZh', 'is packed with bzip2; unpack it, or pack it with gzip'],
  ['\xfd7zXZ', 'is packed with xz; unpack it, or pack it with gzip'],
  ['7z\xbc\xaf', 'is a 7z archive; unpack it'],
  ['Rar!', 'is a rar archive; unpack it'],
  ['PK\x03\x04', 'is a zip, not a tar; call it .zip'],
  ['PK\x05\x06', 'is a zip, not a tar; call it .zip'],
];

/** How an archive is packed that cannot be read, in words; `undefined` where nothing is known against it. */
export const packedWords = (head: Buffer): string | undefined =>
  PACKED.find(([magic]) => head.toString('latin1', 0, magic.length) === magic)?.[1];

/** What unpacks a stream, or `undefined` where it is not gzip: by its first bytes, since names say little. */
export const gunzipFor = (head: Buffer): Gunzip | undefined =>
  head[0] === 0x1f && head[1] === 0x8b ? createGunzip() : undefined;

/**
 * The first bytes of a stream, which still gives them to whoever reads it; none where it is empty.
 * @throws what the stream throws
 */
export const peek = async (stream: Readable): Promise<Buffer> => {
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk !== null) {
      stream.unshift(chunk);
      return chunk;
    }
    if (stream.readableEnded || stream.destroyed) return Buffer.alloc(0);
    await somethingHappens(stream);
  }
};

function somethingHappens(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const events = ['readable', 'end', 'close'] as const;
    const done = (): void => {
      for (const event of events) stream.off(event, done);
      stream.off('error', fail);
      resolve();
    };
    const fail = (error: Error): void => {
      done();
      reject(error);
    };
    for (const event of events) stream.once(event, done);
    stream.once('error', fail);
  });
}
