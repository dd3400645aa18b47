import { join, resolve } from 'node:path';
import { reportFile } from '../core/artifacts/run.ts';
import type { RunInput } from '../core/contracts/run-input.ts';
import type { BackendName } from '../core/contracts/stats.ts';
import { messageOf } from '../core/errors.ts';
import { fileStore } from '../core/store/file.ts';
import { requireBackend } from '../core/tensor/backend/available.ts';
import { duration } from '../core/text/format.ts';
import { runLocally } from '../local/run.ts';
import { displayOn } from './display.ts';
import { readSummary, summaryLines } from './summary.ts';
import { print, terminalOn } from './terminal.ts';
import { type KnownStatus, LocalStatus } from './ui/local-status.ts';
import type { RunPage } from './ui/watch-on-page.ts';

/** What a job of a local run is: a child process, or a container of the worker image. */
export const ENGINES = ['process', 'docker'] as const;
/** How `npm run image` calls the last image that it has built. */
export const WORKER_IMAGE = 'omnidistill-worker';

export interface RunFlags {
  readonly out: string;
  readonly runId: string;
  readonly backend?: BackendName | undefined;
  readonly jobs?: number | undefined;
  readonly engine?: (typeof ENGINES)[number] | undefined;
  readonly image?: string | undefined;
  /** Port of the local page, 0 for any that is free; left out, there is none. */
  readonly ui?: number | undefined;
}

/** A run that a person has stopped: not an error, but not the wanted end either. */
export class Interrupted extends Error {
  public override readonly name = 'Interrupted';
}

/**
 * Runs the workflow with its progress on standard error and the closing summary on standard output.
 * @returns the report's path
 * @throws ConfigError for a backend that is not available, before anything is started
 * @throws Interrupted after Ctrl-C, once every job has ended
 */
export const runAndReport = async (input: RunInput, flags: RunFlags): Promise<string> => {
  const outFolder = resolve(flags.out);
  // A container brings its own.
  if (flags.backend !== undefined && flags.engine !== 'docker') requireBackend(flags.backend);
  const stop = new AbortController();
  const display = displayOn(terminalOn(process.stderr, process.env));
  const live = new LocalStatus();
  const page = await openPage(flags, () => live.known(Date.now()));
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
      image: flags.engine === 'docker' ? flags.image : undefined,
      onEvent: (event) => {
        live.accept(event, Date.now());
        if (!stop.signal.aborted) display.accept(event);
      },
      signal: stop.signal,
    });
    await page?.end({ state: 'done' });
  } catch (error) {
    await page?.end({ state: 'failed', error: stop.signal.aborted ? 'The run was stopped.' : messageOf(error) });
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
  print([...lines, `Done in ${duration((performance.now() - began) / 1000)}.`].join('\n'));
  return join(outFolder, reportFile(flags.runId).key);
};

async function openPage({ out, runId, ui }: RunFlags, known: () => KnownStatus): Promise<RunPage | undefined> {
  if (ui === undefined) return undefined;
  const { watchOnPage } = await import('./ui/watch-on-page.ts');
  const store = fileStore(resolve(out));
  const page = await watchOnPage({ runId, port: ui, place: () => ({ store, runId }), known });
  process.stderr.write(`Watch it at ${page.url}\n`);
  return page;
}
