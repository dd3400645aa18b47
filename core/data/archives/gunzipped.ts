import type { Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';

/** Every chunk goes through another thread and back. */
const CHUNK = 256 * 1024;

/** What unpacks a stream, or `undefined` where it is not gzip: by its first bytes, since names say little. */
export const gunzipFor = (head: Buffer): Gunzip | undefined =>
  head[0] === 0x1f && head[1] === 0x8b ? createGunzip({ chunkSize: CHUNK }) : undefined;

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
