import type { Candidate } from '../contracts/mined.ts';
import type { Selection } from '../contracts/selections.ts';
import { mean } from '../statistics/mean.ts';

/** What a rule is asked for. */
export interface SelectionRequest {
  /** Images to choose, at most. */
  readonly wanted: number;
  /** Part of the pool that the miner gives each class `[classes]`; they sum to 1. */
  readonly poolMix: readonly number[];
  /** Lowest score of each class at which it may be chosen, for a rule that needs the cuts `[classes]`; else empty. */
  readonly cuts: readonly number[];
}

/** A candidate that was chosen, and how often training draws it, in proportion. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly weight: number;
}

/** A file in `selections/` exports this as `select`. Candidates come by falling score, without copies and leaks. */
export type Select = (candidates: Iterable<Candidate>, request: SelectionRequest) => Chosen[];

/** The code of a rule, found by its name; the bundler packs every file of the folder. */
export async function loadSelection(name: Selection): Promise<Select> {
  const { select } = (await import(`./selections/${name}.ts`)) as { readonly select: Select };
  return select;
}

/** The first `count` of them. */
export function* take<Value>(values: Iterable<Value>, count: number): Generator<Value> {
  if (count <= 0) return;
  let taken = 0;
  for (const value of values) {
    yield value;
    if (++taken >= count) return;
  }
}

/** A few images that stand for a whole class would be learned by heart: none is drawn more often than this. */
const MOST = 10;

/** Some candidates, drawn in the proportions that the miner predicts for the whole pool. */
export function inPredictedMix(chosen: readonly Candidate[], poolMix: readonly number[]): Chosen[] {
  const share = poolMix.map((_, label) => chosen.filter((one) => one.label === label).length / chosen.length);
  const weights = chosen.map(({ label }) => Math.min(MOST, poolMix[label]! / share[label]!));
  const usual = mean(weights);
  return chosen.map((candidate, i) => ({ candidate, weight: weights[i]! / usual }));
}
