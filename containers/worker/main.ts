import { JOB_ENVIRONMENT, JOB_KINDS, type JobKind } from '../../core/contracts/job.ts';
import { errorKey, planKey, statsKey } from '../../core/contracts/keys.ts';
import { Plan } from '../../core/contracts/plan.ts';
import { parseOrExplain } from '../../core/contracts/run-input.ts';
import type { JobError, JobStats } from '../../core/contracts/stats.ts';
import { ConfigError, EXIT_CODE, messageOf, OmnidistillError } from '../../core/errors.ts';
import { readJson, writeJson } from '../../core/store/json.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { BACKENDS, type BackendName, selectBackend } from '../../core/tensor/backend.ts';
import type { Job, JobContext } from './job.ts';
import { distill } from './jobs/distill.ts';
import { evaluate } from './jobs/evaluate.ts';
import { mine } from './jobs/mine.ts';
import { prepareJob } from './jobs/prepare-job.ts';
import { train } from './jobs/train.ts';
import { log, reporter } from './report.ts';

const JOBS: { readonly [Kind in JobKind]: Job<Kind> } = { prepare: prepareJob, train, mine, distill, evaluate };

const jobKind = (word: string | undefined): JobKind => {
  const kind = JOB_KINDS.find((known) => known === word);
  if (kind === undefined) {
    throw new ConfigError(`The worker's first argument must be one of ${JOB_KINDS.join(', ')}. Received ${word}.`);
  }
  return kind;
};

const forcedBackend = (name: string | undefined): BackendName | undefined => {
  if (name === undefined || name === '') return undefined;
  const backend = BACKENDS.find((known) => known === name);
  if (backend === undefined) {
    throw new ConfigError(`OMNIDISTILL_BACKEND must be one of ${BACKENDS.join(', ')}. Received ${name}.`);
  }
  return backend;
};

const startBackend = async () => {
  const threads = Number(process.env.OMNIDISTILL_THREADS || 1);
  const backend = await selectBackend({ forced: forcedBackend(process.env.OMNIDISTILL_BACKEND), threads });
  log('info', `Computing on ${backend.name}`);
  return backend;
};

/** Where a failing job may leave word of why. */
interface Place {
  store?: Store;
  folder?: string;
}

const work = async <Kind extends JobKind>(kind: Kind, place: Place): Promise<void> => {
  const job = JOBS[kind] as Job<Kind>;
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
  const outcome = await job.run({ store, plan, environment, folder, report: reporter(job.unit) });
  const stats: JobStats = {
    job: kind,
    seconds: (performance.now() - start) / 1000,
    // Linux counts in KiB.
    peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
    ...(backend === undefined ? {} : { backend }),
    counts: outcome.counts,
    rejected: outcome.rejected ?? {},
  };
  await writeJson(store, statsKey(folder), stats);
};

/** Says why on the log and, where it can, beside the job's outputs; returns the exit code that Batch's rules match. */
const giveUp = async (error: unknown, { store, folder }: Place): Promise<number> => {
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

// No handler for SIGTERM: training blocks the event loop, so a handler would keep the signal waiting until the job is
// done. The default ends the process at once, which a container's init reports as 143. What is not written whole is
// not written at all, so there is nothing to tidy up.

const place: Place = {};
try {
  await work(jobKind(process.argv[2]), place);
  process.exit(0);
} catch (error) {
  process.exit(await giveUp(error, place));
}
