import { join, resolve } from 'node:path';
import { reportKey } from '../core/contracts/keys.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import { runLocally } from '../local/run.ts';
import { displayFor } from './display.ts';
import { duration } from './format.ts';
import { readSummary, summaryLines } from './summary.ts';

export interface RunFlags {
  readonly out: string;
  readonly runId: string;
  readonly backend?: 'tensorflow' | 'wasm' | undefined;
  readonly jobs?: number | undefined;
}

/** A run that a person has stopped: not an error, but not the wanted end either. */
export class Interrupted extends Error {
  public override readonly name = 'Interrupted';
}

/**
 * Runs the workflow with its progress on standard error and the closing summary on standard output.
 * @returns the report's path
 * @throws Interrupted after Ctrl-C, once every job has ended
 */
export const runAndReport = async (input: RunInput, flags: RunFlags): Promise<string> => {
  const outFolder = resolve(flags.out);
  const stop = new AbortController();
  const display = displayFor(process.stderr, process.env);
  const onInterrupt = (): void => {
    if (stop.signal.aborted) return;
    display.end();
    process.stderr.write('\nStopping the jobs …\n');
    stop.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const began = performance.now();
  try {
    await runLocally({
      input,
      outFolder,
      runId: flags.runId,
      backend: flags.backend,
      maxJobs: flags.jobs,
      onEvent: (event) => {
        if (!stop.signal.aborted) display.accept(event);
      },
      signal: stop.signal,
    });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    throw new Interrupted(
      `Stopped. What is done is kept: the same command with the same output folder and run id (${flags.runId}) goes on from there.`,
      { cause: error },
    );
  } finally {
    display.end();
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
  const summary = await readSummary(outFolder, flags.runId);
  const lines = summaryLines(summary, outFolder);
  process.stdout.write(`${lines.join('\n')}\nDone in ${duration((performance.now() - began) / 1000)}.\n`);
  return join(outFolder, reportKey(flags.runId));
};
