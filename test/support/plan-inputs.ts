import { folderWith } from './images.ts';

/** Plan never reads an image, so names are enough. */
export const labelledFiles = (counts: Readonly<Record<string, number>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(counts).flatMap(([name, n]) => Array.from({ length: n }, (_, i) => [`${name}/${i}.png`, 'x'])),
  );

/** Few of everything that a plan lists. */
export const SMALL = {
  seeds: 2,
  draws: 2,
  distill: { methods: ['herding', 'dm'], ipc: [1, 10] },
  mining: { shardSize: 2 },
};

/** What a run of two classes is given, of names alone. @param pool - its files */
export const planInputs = async (pool: Record<string, string> = { 'a.png': 'x' }) => ({
  labelled: await folderWith(labelledFiles({ sad: 5, happy: 6 })),
  pool: await folderWith(pool),
  benchmarks: { held: await folderWith(labelledFiles({ happy: 1 })) },
  config: SMALL,
});
