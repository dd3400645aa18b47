import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { runKey } from '../../core/contracts/keys.ts';
import type { RunInput } from '../../core/contracts/run-input.ts';
import { type Decorators, type LocalRun, runLocally } from '../../local/run.ts';
import { digestsOf } from './digests.ts';
import { writeTinyData } from './tiny-data.ts';
import { warmJobs } from './warm-engine.ts';

export const RUN = 'main';

/** What a run of `writeTinyData` computes when it meets no fault: that of workflow.test.ts. */
const UNDISTURBED = join(import.meta.dirname, 'golden-digests.txt');

export interface TinyRuns {
  /** With the inputs in `data`; runs may lie beside them. */
  readonly folder: string;
  readonly data: string;
  input(): RunInput;
  /** Starts the run that lies in a folder, or goes on with it. @param faults - what it meets */
  run(outFolder: string, options?: Partial<Omit<LocalRun, 'decorate'>>, faults?: Decorators): Promise<void>;
}

/** Runs of tiny data for the tests of one file, to be called at its top; all that they write is deleted after it. */
export const tinyRuns = (): TinyRuns => {
  const folder = mkdtempSync(join(tmpdir(), 'omnidistill-runs-'));
  const data = join(folder, 'data');
  const warm = warmJobs();
  let written: RunInput | undefined;
  const input = (): RunInput => written!;
  beforeAll(async () => {
    written = await writeTinyData(data);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const given = { runId: RUN, backend: 'wasm', maxJobs: 2, onEvent: () => {} } as const;
  const run: TinyRuns['run'] = (outFolder, options = {}, faults = {}) =>
    runLocally({ input: input(), outFolder, ...given, decorate: warm(faults), ...options });
  return { folder, data, input, run };
};

/** Fails unless everything that a run has computed is what it would be without any fault, bit by bit. */
export const expectUndisturbedBytes = async (outFolder: string): Promise<void> => {
  const digests = (await digestsOf(join(outFolder, runKey(RUN)))).split('\n');
  expect(digests).toEqual((await readFile(UNDISTURBED, 'utf8')).split('\n'));
};

/** When each job that is done was done, by the path of its stats: it must not do its work again. */
export const finishedJobs = async (outFolder: string): Promise<Map<string, number>> => {
  const root = join(outFolder, runKey(RUN));
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
  const paths = entries.filter(({ name }) => name === 'stats.json').map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(paths.map(async (path) => [path, (await stat(path)).mtimeMs] as const)));
};
