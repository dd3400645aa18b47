import type { Summary } from '../../contracts/summary.ts';
import { count, listedSome } from '../../text/format.ts';
import { filledSets } from '../filled-sets.ts';

/** Classes of which the pool gave too little: none for the students, or too few for the sets. */
export const fillWarnings = (summary: Summary): string[] => [...unminedWarning(summary), ...filledWarning(summary)];

function unminedWarning({ mined }: Summary): string[] {
  const none = Object.entries(mined.byClass).flatMap(([name, images]) => (images === 0 ? [name] : []));
  if (none.length === 0 || mined.mined === 0) return [];
  return [
    `No pool image was mined as ${listedSome(none)}: what the nets know of ${none.length === 1 ? 'that class' : 'those classes'} comes from the labelled images alone. Does the pool show ${none.length === 1 ? 'it' : 'them'}?`,
  ];
}

function filledWarning(summary: Summary): string[] {
  return filledSets(summary).map(({ set, needed, classes }) => {
    const named = classes.map(({ name, mined }) => `${name} ${count(mined)}`);
    return `${set} takes ${count(needed)} images of each class, and fewer were mined of some (${listedSome(named)}): their labelled images stand in the set as well, which then shows more than the pool.`;
  });
}
