import type { Select } from '../selection.ts';

/** The best of each class, in the proportions that the miner predicts for the whole pool; of every class at least one. */
export const select: Select = (candidates, { wanted, poolMix }) => {
  const places = poolMix.map((share) => Math.ceil(share * wanted));
  const chosen = [];
  for (const candidate of candidates) {
    if (places[candidate.label]! <= 0) continue;
    places[candidate.label]! -= 1;
    chosen.push({ candidate, weight: 1 });
  }
  return chosen.slice(0, wanted);
};
