import { type Select, take } from '../selection.ts';

/** The best of all classes together, in whatever class mix that gives. */
export const select: Select = (candidates, { wanted }) =>
  [...take(candidates, wanted)].map((candidate) => ({ candidate, weight: 1 }));
