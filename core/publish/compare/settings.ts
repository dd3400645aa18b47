import type { Summary } from '../../contracts/summary.ts';

/** A setting that the runs do not share: its path, and its value in each run as JSON. */
export interface DifferingSetting {
  readonly setting: string;
  /** `undefined` where a run has no such setting. */
  readonly values: readonly (string | undefined)[];
}

/** Every setting that is not the same in all runs, in the order of the settings. */
export const differingSettings = (summaries: readonly Pick<Summary, 'config'>[]): DifferingSetting[] => {
  const flat = summaries.map(({ config }) => new Map(leavesOf('', config)));
  const names = [...new Set(flat.flatMap((leaves) => [...leaves.keys()]))];
  return names
    .map((setting) => ({ setting, values: flat.map((leaves) => leaves.get(setting)) }))
    .filter(({ values }) => new Set(values).size > 1);
};

/** Lists count as one value: they are replaced whole. */
function leavesOf(path: string, value: unknown): [path: string, json: string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) =>
    inner === undefined ? [] : leavesOf(path === '' ? key : `${path}.${key}`, inner),
  );
}
