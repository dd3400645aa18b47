import { inputFile } from '../artifacts/run.ts';
import { RunConfig } from '../contracts/config.ts';
import type { RunInput } from '../contracts/run-input.ts';
import { ConfigError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** `input.json`: what the person asked for, with every default filled in. */
export type RunSettings = Omit<RunInput, 'preset' | 'config' | 'runId' | 'evenIfHarmful'> & {
  readonly config: RunConfig;
};

/**
 * Whether the run was begun before with the very same settings. The audit may be another one, or come later: it is made by
 * looking at the results, and no stage but Publish reads it.
 * @throws ConfigError that lists each differing field with both values
 */
export const wasBegun = async (store: Store, runId: string, settings: RunSettings): Promise<boolean> => {
  const before = await inputFile(runId).find(store);
  if (before === undefined) return false;
  // Settings that came since have a default that leaves the run as it was.
  const known = { ...before, config: RunConfig.safeParse(before.config).data ?? before.config };
  const different = differences(known, settings);
  if (different.length > 0) {
    throw new ConfigError(
      `${store.root}/${inputFile(runId).key} holds another run with different settings: ${different.join('; ')}. ` +
        'Choose another run id, or the same settings to continue that run.',
    );
  }
  return true;
};

export const writeSettings = (store: Store, runId: string, settings: RunSettings): Promise<void> =>
  inputFile(runId).write(store, settings);

function differences(before: unknown, now: unknown): string[] {
  const old = new Map(flatten(before));
  const wanted = new Map(flatten(now));
  return [...new Set([...old.keys(), ...wanted.keys()])]
    .filter((path) => path !== 'audit' && old.get(path) !== wanted.get(path))
    .map((path) => `${path}: ${old.get(path) ?? 'absent'} there, ${wanted.get(path) ?? 'absent'} now`);
}

/** Leaves by dotted path, as text; lists count as one value. */
function flatten(value: unknown, path = ''): [string, string][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([key, below]) => flatten(below, path === '' ? key : `${path}.${key}`))
    : [[path, JSON.stringify(value)]];
}
