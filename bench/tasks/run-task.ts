import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summaryFile } from '../../core/artifacts/run.ts';
import { ROOT } from '../bundle.ts';
import { BENCHMARK, readResult, type TaskResult } from './result.ts';
import type { BenchTask, Places } from './task.ts';
import { type TaskPaths, taskPaths, writeTask } from './write-task.ts';

const RUN_ID = 'main';

export interface RunTaskOptions {
  /** Everything of a task lies in a folder of its name in here. */
  readonly out: string;
  /** Of the images; the run's own is a setting. */
  readonly seed: number;
  readonly places: Places;
  /** More flags of `omnidistill run`: the one default that all tasks are run with. */
  readonly flags: readonly string[];
}

/** How a task ended. */
export type Outcome = { readonly task: BenchTask } & (
  | { readonly kind: 'skipped'; readonly because: string }
  /** The command line said so, with its exit code. */
  | { readonly kind: 'refused'; readonly exitCode: number; readonly because: string; readonly labelled: LabelledCounts }
  | { readonly kind: 'done'; readonly result: TaskResult; readonly labelled: LabelledCounts }
);

/** Fewest and most labelled images of a class. */
export type LabelledCounts = readonly [fewest: number, most: number];

/**
 * Writes the images of a task where they do not lie yet.
 * @throws TaskUnavailableError when it cannot be had here
 */
export const writeTaskOnce = async (task: BenchTask, { out, seed, places }: RunTaskOptions): Promise<TaskPaths> => {
  const folder = join(out, task.name, `images-${seed}`);
  return existsSync(folder) ? taskPaths(folder) : writeTask(folder, await task.make(seed, places));
};

/** Runs the built command line on a task. What an earlier call left is gone on with. */
export const runTask = async (task: BenchTask, paths: TaskPaths, options: RunTaskOptions): Promise<Outcome> => {
  const folder = join(options.out, task.name);
  const labelled = await countLabelled(paths.labelled);
  const log = join(folder, 'run.log');
  const exitCode = await omnidistillRun(paths, join(folder, 'run'), options.flags, log);
  if (exitCode !== 0) return { task, kind: 'refused', exitCode, because: await lastLine(log), labelled };
  const result = await readResult(join(folder, 'run', summaryFile(RUN_ID).key));
  return { task, kind: 'done', result, labelled };
};

async function countLabelled(folder: string): Promise<LabelledCounts> {
  const counts: number[] = [];
  for (const label of await readdir(folder)) counts.push((await readdir(join(folder, label))).length);
  return [Math.min(...counts), Math.max(...counts)];
}

/** @returns the exit code */
async function omnidistillRun(paths: TaskPaths, out: string, flags: readonly string[], log: string): Promise<number> {
  const file = await open(log, 'w');
  const input = ['--labelled', paths.labelled, '--pool', paths.pool, '--benchmark', `${BENCHMARK}=${paths.benchmark}`];
  const audit = (await hasRows(paths.truth)) ? ['--pool-audit', paths.truth] : [];
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin/omnidistill.mjs'), 'run', ...input, ...audit, '--out', out, '--run-id', RUN_ID, ...flags],
    { stdio: ['ignore', file.fd, file.fd] },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  await file.close();
  // Without a code it was a signal that ended it.
  return code ?? 1;
}

/** Whether a CSV has more than its head. */
async function hasRows(path: string): Promise<boolean> {
  return (await readFile(path, 'utf8')).trim().includes('\n');
}

async function lastLine(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim().split('\n').at(-1) ?? '';
}
