import { z } from 'zod';
import { uriOf } from '../../store/uri.ts';
import { readTar } from '../tar.ts';
import type { PoolFormat } from './pool-format.ts';

/**
 * Images in uncompressed tars; a part is the tar's path in the pool, with which the keys of its images start.
 * @see https://github.com/webdataset/webdataset
 */
export const tarShards: PoolFormat<string> = {
  name: 'tar',
  about: 'tar shards (a .tar.gz must be unpacked)',
  unit: 'tars',
  holdsMany: true,
  matches: (key) => /\.tar$/i.test(key),
  part: z.string().min(1),
  partsOf: (_, key) => [key],
  async *read(store, names, { maxBytes }) {
    for (const name of names) {
      yield* readTar({ uri: uriOf(store.root, name), name, stream: await store.stream(name) }, maxBytes);
    }
  },
};
