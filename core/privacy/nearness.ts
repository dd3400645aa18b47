import { NEAR_PART, type Nearness } from '../contracts/privacy.ts';
import type { Neighbours } from '../data/nearest-rows.ts';
import { wilson } from '../statistics/wilson.ts';

/** Where a view stands in its set. */
export interface ViewPlace {
  readonly image: number;
  readonly view: number;
  /** Keys of the real images that it was made from: none, one, or many that were averaged. */
  readonly madeFrom: readonly string[];
}

/** What rounding makes of equal images: these are copies, however many of the real images are doubles of one another. */
const SAME = 1e-4;

/** Nearest pairs that are named. */
const NAMED = 5;

/**
 * How near views come to real images beside how near real images come to one another.
 * @param places - of the views, in their order
 * @param found - the nearest real image of each view
 * @param real - the nearest other real image of some real ones
 * @param keys - of the real images
 */
export const nearnessOf = (
  places: readonly ViewPlace[],
  found: Neighbours,
  real: Neighbours,
  keys: readonly string[],
): Nearness => {
  const [distances, among] = [found.distances.toSorted(), real.distances.toSorted()];
  const low = quantile(among, NEAR_PART);
  const copies = distances.filter((distance) => distance < Math.max(low, SAME)).length;
  const made = [...places.entries()].filter(([, { madeFrom }]) => madeFrom.length > 0);
  const traced = made.filter(([i, { madeFrom }]) => madeFrom.includes(keys[found.rows[i]!]!)).length;
  const order = [...places.keys()].sort((a, b) => found.distances[a]! - found.distances[b]!);
  return {
    views: { minimum: distances[0]!, median: quantile(distances, 0.5) },
    real: { low, median: quantile(among, 0.5) },
    copies: { share: copies / places.length, ...wilson(copies, places.length) },
    traced: made.length === 0 ? null : traced / made.length,
    nearest: order.slice(0, NAMED).map((i) => {
      const { image, view } = places[i]!;
      return { image, view, key: keys[found.rows[i]!]!, distance: found.distances[i]! };
    }),
  };
};

/** The value below which a part of some rising values lies. */
function quantile(rising: Float32Array, part: number): number {
  return rising[Math.min(Math.floor(part * rising.length), rising.length - 1)]!;
}
