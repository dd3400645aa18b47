import type { ShardFiles } from '../artifacts/shard.ts';
import type { Candidate } from '../contracts/mined.ts';
import { binOf, MINING_SCORES } from '../contracts/mining-scores.ts';
import type { Plan } from '../contracts/plan.ts';
import { needsOf } from '../contracts/selections.ts';
import { mapInOrder } from '../map-in-order.ts';
import { byScore } from '../mine/best-candidates.ts';
import type { Platt } from '../statistics/platt.ts';
import type { Store } from '../store/store.ts';
import { classCuts } from './class-cuts.ts';
import { nearCopies } from './near-copies.ts';
import { lowestBin, type PoolView } from './pool-view.ts';
import { type Mined, type ShardCandidates, selectMined } from './select-mined.ts';
import { loadSelection } from './selection.ts';

/** Four objects of each of 40,000 shards, at 50 ms an object, must fit into the 15 minutes of a function: four of them. */
export const SHARDS_AT_ONCE = 32;

/** A shard whose candidates are not in memory. */
export type ShardSummary = Omit<ShardCandidates, 'candidates'>;

export interface SelectRequest {
  readonly wanted: number;
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
  { wanted, view, chance, forbidden, look, copyThreshold }: SelectRequest,
): Promise<Mined> => {
  const { range } = MINING_SCORES[score];
  const poolMix = view.byClass.map((count) => count / Math.max(view.images, 1));
  const needs = needsOf(selection);
  const cuts = needs === 'cuts' ? classCuts(view, wanted, range) : [];
  const options = { select: await loadSelection(selection), wanted, poolMix, cuts, chance, range, forbidden };
  const from = (mayBeMined: (candidate: Candidate) => boolean, see?: SelectRequest['look']) =>
    readCandidates(store, filesOf, finished, mayBeMined, see);
  const fromBin = lowestBin(view, wanted * (1 + SPARE));
  const mayBeMined = {
    all: () => true,
    cuts: ({ label, score }: Candidate) => score >= cuts[label]!,
    best: ({ score }: Candidate) => binOf(score, range) >= fromBin,
  };
  const select = async (shards: readonly ShardCandidates[]): Promise<Mined> => {
    const best = shards.flatMap(({ candidates }) => candidates).sort(byScore);
    const twins = copyThreshold === undefined ? undefined : await nearCopies(store, filesOf, best, copyThreshold);
    return selectMined(shards, { ...options, ...(twins && { twins }) });
  };
  const few = await select(await from(mayBeMined[needs], look));
  const enough = needs !== 'best' || few.mined.length === Math.round(wanted * (1 - few.copies)) || fromBin === 0;
  return enough ? few : select(await from(mayBeMined.all));
};

/** What is in memory of all shards at once, so only what may be mined. */
async function readCandidates(
  store: Store,
  filesOf: (shard: number) => ShardFiles,
  finished: readonly ShardSummary[],
  wanted: (candidate: Candidate) => boolean,
  look?: SelectRequest['look'],
): Promise<ShardCandidates[]> {
  const read = async (shard: ShardSummary): Promise<ShardCandidates> => ({
    ...shard,
    candidates: await filesOf(shard.shard).candidates.read(store),
  });
  const shards: ShardCandidates[] = [];
  for await (const { candidates, ...shard } of mapInOrder(finished, SHARDS_AT_ONCE, read)) {
    look?.(candidates);
    shards.push({ ...shard, candidates: candidates.filter(wanted) });
  }
  return shards;
}
