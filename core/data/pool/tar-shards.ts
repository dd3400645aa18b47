import { z } from 'zod';
import { uriOf } from '../../store/uri.ts';
import type { PoolFormat } from './pool-format.ts';
import { readTar } from './tar-images.ts';

/**
 * Images in tars; a part is the tar's path in the pool, with which the keys of its images start.
 * @see https://github.com/webdataset/webdataset
 */
export const tarShards: PoolFormat<string> = {
  name: 'tar',
  about: 'tar shards, as WebDataset and img2dataset write them (.tar, .tar.gz, .tgz)',
  unit: 'tars',
  holdsMany: true,
  matches: (key) => /\.(tar|tar\.gz|tgz)$/i.test(key),
  part: z.string().min(1),
  partsOf: (_, { key }) => [key],
  async *read(store, names, { maxBytes, sampleImage }) {
    for (const name of names) {
      yield* readTar({ uri: uriOf(store.root, name), name, stream: await store.stream(name) }, maxBytes, sampleImage);
    }
  },
};
