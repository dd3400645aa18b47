import { Readable } from 'node:stream';
import type { Store } from '../../core/store/store.ts';

const versionOf = (body: Buffer | string): string => Buffer.from(body).toString('base64');

/** A store without a disk; `objects` is what lies in it. */
export const memoryStore = (objects = new Map<string, Buffer | string>()): Store => ({
  root: 'file:///memory',
  get: async (key) => (objects.has(key) ? Buffer.from(objects.get(key)!) : undefined),
  stream: async (key) => Readable.from([Buffer.from(objects.get(key)!)]),
  async range(key, from, to) {
    const body = objects.get(key)!;
    return (Buffer.isBuffer(body) ? body : Buffer.from(body)).subarray(from, to);
  },
  size: async (key) => (objects.has(key) ? Buffer.byteLength(objects.get(key)!) : undefined),
  put: async (key, body) => void objects.set(key, body),
  async getVersion(key) {
    const body = objects.get(key);
    return body === undefined ? undefined : { body: Buffer.from(body), version: versionOf(body) };
  },
  async putOver(key, body, over) {
    const before = objects.get(key);
    if ((before === undefined ? undefined : versionOf(before)) !== over) return false;
    objects.set(key, body);
    return true;
  },
  has: async (key) => objects.has(key),
  list: async function* (below) {
    for (const key of [...objects.keys()].sort()) {
      if (key.startsWith(below)) yield { key, size: objects.get(key)!.length };
    }
  },
});
