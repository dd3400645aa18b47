import { z } from 'zod';

export interface SelectionEntry {
  /** What it takes, for the report: goes on after its name. */
  readonly about: string;
  /**
   * Which candidates it is given: `all`, those above the `cuts` of their class (`core/aggregate/class-cuts.ts`), or the `best`, as many
   * as it is asked for and a few more. @default 'best'
   */
  readonly needs?: 'all' | 'cuts' | 'best';
}
type Needs = NonNullable<SelectionEntry['needs']>;

/**
 * Every rule by which candidates are chosen, by the name that `mining.selection` takes. What it does is in the file of that name in
 * `core/aggregate/selections`: a new rule is an entry here and a file there.
 */
export const SELECTIONS = {
  'predicted-mix': {
    about:
      'the best of all classes together, drawn in the class proportions that the miner predicts for the whole pool',
  },
  'by-class': {
    about: 'the best of each class, as many as the miner predicts for it in the whole pool',
    needs: 'all',
  },
  'class-thresholds': {
    about:
      'of each class as many as keep the expected share of wrong labels at one limit, drawn in the class proportions that the miner predicts for the whole pool',
    needs: 'cuts',
  },
  global: { about: 'the best of all classes together, drawn as they come' },
} as const satisfies Record<string, SelectionEntry>;

export type Selection = keyof typeof SELECTIONS;
export const Selection = z.enum(Object.keys(SELECTIONS) as [Selection, ...Selection[]]);

/** Which candidates a rule is given. */
export const needsOf = (selection: Selection): Needs => {
  const entry: SelectionEntry = SELECTIONS[selection];
  return entry.needs ?? 'best';
};
