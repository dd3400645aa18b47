import { JOB_ENVIRONMENT, JOB_KINDS, type JobKind } from '../../core/contracts/job.ts';
import { errorKey, planKey, statsKey } from '../../core/contracts/keys.ts';
import { Plan } from '../../core/contracts/plan.ts';
import { parseOrExplain } from '../../core/contracts/run-input.ts';
import type { Backend, JobError, JobStats } from '../../core/contracts/stats.ts';
import { distill } from '../../core/distill/distill-stage.ts';
import { ConfigError, EXIT_CODE, messageOf, OmnidistillError } from '../../core/errors.ts';
import { evaluate } from '../../core/evaluate/evaluate-stage.ts';
import { mine } from '../../core/mine/mine-stage.ts';
import { prepareJob } from '../../core/prepare/prepare-stage.ts';
import { InterruptedError, storedCheckpointer } from '../../core/run/checkpoints.ts';
import type { Job, JobContext } from '../../core/run/stage.ts';
import { readJson, writeJson } from '../../core/store/json.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { forcedBackend, selectBackend, tensorflowAddon } from '../../core/tensor/backend.ts';
import { train } from '../../core/train/train-stage.ts';
import { log, reporter } from './output.ts';

const JOBS: { readonly [Kind in JobKind]: Job<Kind> } = { prepare: prepareJob, train, mine, distill, evaluate };

/** Batch and Spot leave 30 seconds and two minutes between SIGTERM and the end; this is well within both. */
const DEADLINE_MS = 15_000;

const jobKind = (word: string | undefined): JobKind => {
  const kind = JOB_KINDS.find((known) => known === word);
  if (kind === undefined) {
    throw new ConfigError(`The worker's first argument must be one of ${JOB_KINDS.join(', ')}. Received ${word}.`);
  }
  return kind;
};

const startBackend = async () => {
  const threads = Number(process.env.OMNIDISTILL_THREADS || 1);
  const forced = forcedBackend(process.env.OMNIDISTILL_BACKEND, 'OMNIDISTILL_BACKEND');
  const { reason, ...backend } = await selectBackend({ forced, threads });
  // An addon that is there and yet not used is a fault worth a look.
  const level = backend.name === 'wasm' && forced === undefined && tensorflowAddon() !== undefined ? 'warn' : 'info';
  log(level, `Computing on ${backend.name}: ${reason}`);
  return { ...backend, reason };
};

/** What has to be equal for a kept state to be gone on with: `reason` is only about the choice. */
const computerOf = (backend: Backend | undefined): string =>
  JSON.stringify([backend?.name, backend?.threads, Object.entries(backend?.versions ?? {}).sort()]);

/** Where a failing job may leave word of why. */
interface Place {
  store?: Store;
  folder?: string;
}

const stop = new AbortController();

/** Peak memory of this process in MiB; Linux counts in KiB. */
const peakMemory = (): number => process.resourceUsage().maxRSS / 1024;

const work = async <Kind extends JobKind>(kind: Kind, place: Place): Promise<void> => {
  const job = JOBS[kind] as Job<Kind>;
  endOnSignal(job.resumes);
  const environment = parseOrExplain(
    JOB_ENVIRONMENT[kind],
    process.env,
    'worker environment',
  ) as JobContext<Kind>['environment'];
  const store = openStore(environment.OMNIDISTILL_STORE);
  const plan = await readJson(store, planKey(environment.OMNIDISTILL_RUN_ID), Plan);
  const folder = job.folder(plan, environment);
  Object.assign(place, { store, folder });
  if (await store.has(statsKey(folder))) return log('info', `${folder} is done already`);

  const start = performance.now();
  const backend = job.needsBackend ? await startBackend() : undefined;
  const checkpointer = storedCheckpointer({ store, folder, computer: computerOf(backend), signal: stop.signal });
  const outcome = await job.run({ store, plan, environment, folder, checkpointer, report: reporter(job.unit), log });
  const stats: JobStats = {
    job: kind,
    seconds: (performance.now() - start) / 1000,
    peakMemoryMiB: peakMemory(),
    ...(backend === undefined ? {} : { backend }),
    counts: outcome.counts,
    rejected: outcome.rejected ?? {},
  };
  await writeJson(store, statsKey(folder), stats);
};

/** Says why on the log and, where it can, beside the job's outputs; returns the exit code that Batch's rules match. */
const giveUp = async (error: unknown, { store, folder }: Place): Promise<number> => {
  if (error instanceof InterruptedError) {
    log('info', error.message);
    return error.exitCode;
  }
  const exitCode = error instanceof OmnidistillError ? error.exitCode : EXIT_CODE.failure;
  const name = error instanceof Error ? error.name : 'Error';
  log('error', `${name}: ${messageOf(error)}`);
  if (!(error instanceof OmnidistillError) && error instanceof Error) log('error', error.stack ?? '');
  const word: JobError = { name, message: messageOf(error), exitCode };
  if (store !== undefined && folder !== undefined) {
    await writeJson(store, errorKey(folder), word).catch((cause) => log('warn', messageOf(cause)));
  }
  return exitCode;
};

/**
 * A job that resumes keeps its state at its next step and then ends; the deadline is for one that is far from a step.
 * Any other ends at once: what is not written whole is not written at all, so there is nothing to tidy up.
 */
const endOnSignal = (resumes: boolean): void => {
  process.once('SIGTERM', () => {
    if (!resumes) process.exit(EXIT_CODE.terminated);
    log('info', 'SIGTERM: keeping the state at the next step');
    stop.abort();
    setTimeout(() => process.exit(EXIT_CODE.terminated), DEADLINE_MS).unref();
  });
};

// Said by Node on standard error otherwise, where nobody looks for it.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => log('warn', message));

const place: Place = {};
try {
  await work(jobKind(process.argv[2]), place);
  process.exit(0);
} catch (error) {
  process.exit(await giveUp(error, place));
}
