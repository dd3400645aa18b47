import { releasedSets } from '../contracts/config.ts';
import { neededOf, startsFromNone } from '../contracts/methods.ts';
import { setName } from '../contracts/names.ts';
import type { Summary } from '../contracts/summary.ts';

/** A set of a release that shows labelled images, because too few were mined of some classes. */
export interface FilledSet {
  readonly set: string;
  /** Images of a class that it takes. */
  readonly needed: number;
  readonly classes: readonly { readonly name: string; readonly mined: number }[];
}

/** Those sets, as `materialByClass` has filled them up. */
export const filledSets = ({ config, mined }: Pick<Summary, 'config' | 'mined'>): FilledSet[] =>
  releasedSets(config).flatMap((spec) => {
    if (startsFromNone(spec.method)) return [];
    const needed = neededOf(spec.method, spec.ipc);
    const classes = Object.entries(mined.byClass).flatMap(([name, count]) =>
      count < needed ? [{ name, mined: count }] : [],
    );
    return classes.length === 0 ? [] : [{ set: setName(spec), needed, classes }];
  });
