import type { Artifact } from '../artifacts/artifact.ts';
import type { ShardFiles } from '../artifacts/shard.ts';
import type { Candidate } from '../contracts/mined.ts';
import { likelyCopies } from '../copies/likely-copies.ts';
import { pairLikeness } from '../copies/pair-likeness.ts';
import { SKETCHES_WORDS } from '../copies/sketches.ts';
import { THUMBNAIL_AREA } from '../copies/thumbnails.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { Store } from '../store/store.ts';

/** A better candidate that one is a copy of. */
export interface Twin {
  readonly key: string;
  readonly likeness: number;
}

/** Shards' files are some megabytes each, of which only what is asked for is kept. */
const SHARDS_AT_ONCE = 16;
/** Half a millisecond each, and a function has 15 minutes: beyond these, equal pixels alone count. */
const MOST_COMPARED = 1_000_000;

/**
 * Copies among candidates of all shards: pairs whose sketches are alike, laid on each other. The work grows with the candidates,
 * not with their pairs.
 * @param all - the best first
 * @param threshold - likeness from which one is a copy
 * @param most - candidates to look at, the best
 * @returns of each copy a better one; of shards that keep no sketches there are none
 */
export const nearCopies = async (
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  all: readonly Candidate[],
  threshold: number,
  most = MOST_COMPARED,
): Promise<Map<Candidate, Twin>> => {
  const candidates = all.slice(0, most);
  const { block: words, has } = await gather(store, candidates, (shard) => filesOf(shard).sketches, {
    into: new Int32Array(candidates.length * SKETCHES_WORDS),
    values: SKETCHES_WORDS,
    from: (sketches) => sketches.words,
  });
  // Of equal images, which are found by their hashes, one is enough.
  const seen = new Set<string>();
  const places = [...candidates.keys()].filter((i) => {
    const { sha256 } = candidates[i]!;
    return has[i] === 1 && !seen.has(sha256) && seen.add(sha256);
  });
  // In place: of a million candidates they take 320 MB.
  places.forEach((i, at) => words.copyWithin(at * SKETCHES_WORDS, i * SKETCHES_WORDS, (i + 1) * SKETCHES_WORDS));
  const pairs = likelyCopies({ count: places.length, words });

  const involved = [...new Set([...pairs.values()].flat().flatMap(({ earlier, later }) => [earlier, later]))];
  const rowOf = new Map(involved.map((place, row) => [place, row]));
  const some = involved.map((place) => candidates[places[place]!]!);
  const { block: pixels } = await gather(store, some, (shard) => filesOf(shard).thumbnails, {
    into: new Uint8Array(some.length * THUMBNAIL_AREA),
    values: THUMBNAIL_AREA,
    from: (thumbnails) => thumbnails.pixels,
  });
  const thumbnail = (place: number): Uint8Array => {
    const row = rowOf.get(place)!;
    return pixels.subarray(row * THUMBNAIL_AREA, (row + 1) * THUMBNAIL_AREA);
  };

  const twins = new Map<Candidate, Twin>();
  for (const [later, likely] of pairs) {
    for (const { earlier, turned, view } of likely) {
      const [seen, known] = turned ? [later, earlier] : [earlier, later];
      const likeness = pairLikeness(thumbnail(seen), thumbnail(known), view);
      if (likeness < threshold) continue;
      twins.set(candidates[places[later]!]!, { key: candidates[places[earlier]!]!.key, likeness });
      break;
    }
  }
  return twins;
};

interface Gathering<Value, Block> {
  readonly into: Block;
  /** Numbers of one candidate. */
  readonly values: number;
  readonly from: (value: Value) => Block;
}

/** Rows of shards' files in one block, in the order of their candidates, and which of them are there. */
async function gather<Value, Block extends Int32Array | Uint8Array>(
  store: Store,
  candidates: readonly Candidate[],
  fileOf: (shard: number) => Artifact<Value>,
  { into, values, from }: Gathering<Value, Block>,
): Promise<{ block: Block; has: Uint8Array }> {
  const has = new Uint8Array(candidates.length);
  const byShard = new Map<number, number[]>();
  candidates.forEach(({ shard }, i) => {
    const places = byShard.get(shard);
    if (places === undefined) byShard.set(shard, [i]);
    else places.push(i);
  });
  const read = async ([shard, places]: readonly [number, readonly number[]]): Promise<void> => {
    const value = await fileOf(shard).find(store);
    if (value === undefined) return;
    const rows = from(value);
    for (const i of places) {
      const { row } = candidates[i]!;
      into.set(rows.subarray(row * values, (row + 1) * values), i * values);
      has[i] = 1;
    }
  };
  for await (const _ of mapInOrder(byShard, SHARDS_AT_ONCE, read));
  return { block: into, has };
}
