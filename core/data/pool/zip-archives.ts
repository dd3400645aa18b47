import { z } from 'zod';
import { messageOf, OmnidistillError, ShardUnreadableError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import { uriOf } from '../../store/uri.ts';
import { type Member, samplesOf } from '../archives/samples.ts';
import { loadEntry, type OpenZip, openZip, pathOfEntry } from '../archives/zip-entries.ts';
import { kindOfName } from '../image-files.ts';
import { isJunk } from '../junk-files.ts';
import { rejectedItem } from '../raw-item.ts';
import type { PoolFormat } from './pool-format.ts';
import { countedSpans, PART_BYTES, Span } from './span.ts';

/** Images in zips; a part is a zip, or a range of its entries. */
export const zipArchives: PoolFormat<string | Span> = {
  name: 'zip',
  about: 'zips of images (.zip)',
  unit: 'zips or parts of them',
  holdsMany: true,
  matches: (key) => /\.zip$/i.test(key),
  part: z.union([z.string().min(1), Span]),
  async *partsOf(store, object) {
    // To open thousands of small ones would take Plan longer than it has.
    if (object.size <= PART_BYTES && object.named === undefined) yield object.key;
    else yield* countedSpans(object, (await openShard(store, object.key)).zip.entryCount);
  },
  async *read(store, parts) {
    for (const part of parts) {
      const span = typeof part === 'string' ? { key: part, from: 0, to: Number.POSITIVE_INFINITY } : part;
      // Files of a zip are no samples: two images of one name are two images.
      yield* samplesOf(membersOf(store, span), 'all');
    }
  },
};

async function* membersOf(store: Store, { key, from, to }: Span): AsyncGenerator<Member> {
  const opened = await openShard(store, key);
  let index = 0;
  try {
    for await (const entry of opened.zip.eachEntry()) {
      if (index >= to) return;
      const path = pathOfEntry(entry);
      if (index++ < from || path.endsWith('/') || isJunk(path)) continue;
      const name = `${key}/${path}`;
      if (kindOfName(path) === 'other') {
        yield { kind: 'other', path, item: rejectedItem(name, 'no-image', 'is no image by its name') };
      } else
        yield {
          kind: 'image',
          path,
          item: { kind: 'stored', key: name, load: (most) => loadEntry(opened, entry, most) },
        };
    }
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const detail = `its directory is damaged behind entry ${index}: ${messageOf(error)}`;
    yield { kind: 'archive', path: '', item: rejectedItem(key, 'truncated-archive', detail) } satisfies Member;
  }
}

async function openShard(store: Store, key: string): Promise<OpenZip> {
  try {
    return await openZip(store, key);
  } catch (error) {
    if (error instanceof OmnidistillError) throw error;
    const reason = `is no whole zip (${messageOf(error)})`;
    throw new ShardUnreadableError(uriOf(store.root, key), 0, { cause: error, reason });
  }
}
