import { readLeft, type ShardFiles } from '../artifacts/shard.ts';
import type { Candidate } from '../contracts/mined.ts';
import { binOf, MINING_SCORES } from '../contracts/mining-scores.ts';
import type { Plan } from '../contracts/plan.ts';
import { needsOf } from '../contracts/selections.ts';
import { mapInOrder } from '../map-in-order.ts';
import type { Platt } from '../statistics/platt.ts';
import type { Store } from '../store/store.ts';
import { type BestOfShards, bestOfShards } from './best-of-shards.ts';
import { classCuts } from './class-cuts.ts';
import { nearCopies } from './near-copies.ts';
import { lowestBin, type PoolView } from './pool-view.ts';
import { bestFirst, type Mined, type ShardCandidates, selectMined } from './select-mined.ts';
import { loadSelection } from './selection.ts';

/** Four objects of each of 40,000 shards, at 50 ms an object, must fit into the 15 minutes of a function: four of them. */
export const SHARDS_AT_ONCE = 32;

/** Rows of shards that are being read at once, about 150 MB: shards of 20,000 candidates come one after the other. */
const ROWS_AT_ONCE = 100_000;

/** A shard whose candidates are not in memory. */
export type ShardSummary = Omit<ShardCandidates, 'candidates'> & {
  /** How many candidates it kept. */
  readonly kept: number;
};

export interface SelectRequest {
  readonly wanted: number;
  /** Images that can be mined at most, at least `wanted`: a few more are held. */
  readonly most: number;
  readonly view: PoolView;
  /** That a pseudo-label is right, by its sureness. */
  readonly chance: Platt;
  readonly forbidden: ReadonlySet<string>;
  /** Sees all candidates of every shard once, shard by shard: they are too many to be read for it again. */
  readonly look: (candidates: readonly Candidate[]) => void;
  /** Likeness from which a candidate is a copy of a better one; `undefined` where equal pixels alone count. */
  readonly copyThreshold: number | undefined;
}

/** Part of the mined number that may fall to duplicates and leaks before candidates have to be read again. */
const SPARE = 0.05;

/** The selection of all candidates, made of as few of them as will do. */
export const selectFromShards = async (
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly ShardSummary[],
  { score, selection }: Plan['config']['mining'],
  { wanted, most, view, chance, forbidden, look, copyThreshold }: SelectRequest,
): Promise<Mined> => {
  const { range } = MINING_SCORES[score];
  const poolMix = view.byClass.map((count) => count / Math.max(view.images, 1));
  const needs = needsOf(selection);
  const cuts = needs === 'cuts' ? classCuts(view, wanted, range) : [];
  const options = { select: await loadSelection(selection), wanted, poolMix, cuts, chance, range, forbidden };
  const held = Math.ceil(most * (1 + SPARE));
  // Which rule takes of each class its own share must find it; any other takes the best of all.
  const kept = () =>
    needs === 'all'
      ? bestOfShards(
          poolMix.map((share) => Math.ceil(share * held) || 1),
          ({ label }) => label,
        )
      : bestOfShards([held], () => 0);
  const from = (mayBeMined: (candidate: Candidate) => boolean, see?: SelectRequest['look']) =>
    readCandidates(store, filesOf, finished, kept(), mayBeMined, see);
  const fromBin = lowestBin(view, wanted * (1 + SPARE));
  const mayBeMined = {
    all: () => true,
    cuts: ({ label, score }: Candidate) => score >= cuts[label]!,
    best: ({ score }: Candidate) => binOf(score, range) >= fromBin,
  };
  const select = async (shards: readonly ShardCandidates[]): Promise<Mined> => {
    const sorted = bestFirst(shards);
    const twins = copyThreshold === undefined ? undefined : await nearCopies(store, filesOf, sorted, copyThreshold);
    return selectMined(sorted, shards, { ...options, ...(twins && { twins }) });
  };
  const ofFew = async (): Promise<Mined | undefined> => {
    const few = await select(await from(mayBeMined[needs], look));
    const enough = needs !== 'best' || few.mined.length === Math.round(wanted * (1 - few.copies)) || fromBin === 0;
    return enough ? few : undefined;
  };
  // Not both at once in memory.
  return (await ofFew()) ?? select(await from(mayBeMined.all));
};

/** What is in memory of all shards at once, so only what may be mined, and no more of that than can be. */
async function readCandidates(
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly ShardSummary[],
  best: BestOfShards,
  wanted: (candidate: Candidate) => boolean,
  look?: SelectRequest['look'],
): Promise<ShardCandidates[]> {
  const read = async (shard: ShardSummary): Promise<ShardCandidates> => ({
    ...shard,
    candidates: await readLeft(store, filesOf(shard.shard).candidates),
  });
  const bytes = { most: ROWS_AT_ONCE, of: ({ kept }: ShardSummary) => kept };
  for await (const { candidates, ...shard } of mapInOrder(finished, SHARDS_AT_ONCE, read, bytes)) {
    look?.(candidates);
    best.add({ ...shard, candidates: candidates.filter(wanted) });
  }
  return best.take();
}
