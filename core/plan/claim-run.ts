import { ownerFile } from '../artifacts/run.ts';
import { ConfigError, TransientError } from '../errors.ts';
import type { Store } from '../store/store.ts';

/** Somebody else writes between reading and writing at most so often before it is a fault. */
const ATTEMPTS = 5;
/** A name of an execution is forgotten after 90 days; so many of them are enough to find what became of a run. */
const MOST_REMEMBERED = 50;

/**
 * Makes an execution the only one that works on a run. Who holds it already may ask again, as a retry does; an execution that
 * has ended holds nothing any more.
 * @param isRunning - whether the execution that holds the run still works on it
 * @throws ConfigError while another execution works on the run, with its name
 * @throws TransientError where others write all the time
 */
export const claimRun = async (
  store: Store,
  runId: string,
  execution: string,
  isRunning: (execution: string) => Promise<boolean>,
): Promise<void> => {
  const file = ownerFile(runId);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await file.findVersion(store);
    const owner = found?.value;
    if (owner?.execution === execution) return;
    if (owner !== undefined && (await isRunning(owner.execution))) {
      throw new ConfigError(
        `The run ${runId} is held by the execution ${owner.execution} since ${owner.since}, which is running: two would mix ` +
          'their results. Wait for it, stop it, or choose another run id.',
      );
    }
    const before = new Set([...(owner?.before ?? []), ...(owner === undefined ? [] : [owner.execution])]);
    before.delete(execution);
    const next = { execution, since: new Date().toISOString(), before: [...before].slice(-MOST_REMEMBERED) };
    // Where somebody was faster, and where only the answer of a write was lost, looking again tells.
    if (await file.writeOver(store, next, found?.version)) return;
  }
  throw new TransientError(`${store.root}/${file.key} is written by others all the time.`);
};
