import { availableParallelism } from 'node:os';
import { errorFile, statsFile } from '../../core/artifacts/job.ts';
import { planFile } from '../../core/artifacts/run.ts';
import { runLabel } from '../../core/bank/label-stage.ts';
import { VARIABLE } from '../../core/contracts/environment.ts';
import { parseOrExplain } from '../../core/contracts/parse-or-explain.ts';
import { anyJob, JOB_KINDS, type JobKind, type JobParameters } from '../../core/contracts/stages.ts';
import type { Backend, JobError } from '../../core/contracts/stats.ts';
import { runDistill } from '../../core/distill/distill-stage.ts';
import { runPretrain } from '../../core/distill/pretrain-stage.ts';
import { ConfigError, EXIT_CODE, messageOf, OmnidistillError } from '../../core/errors.ts';
import { runEvaluate } from '../../core/evaluate/evaluate-stage.ts';
import { runMine } from '../../core/mine/mine-stage.ts';
import { startReaderAhead } from '../../core/mine/reader/reader-thread.ts';
import { runPrepare } from '../../core/prepare/prepare-stage.ts';
import { runPrivacy } from '../../core/privacy/privacy-stage.ts';
import { computerOf, InterruptedError, storedCheckpointer } from '../../core/run/checkpoints.ts';
import { measured, once } from '../../core/run/once.ts';
import type { StageRun } from '../../core/run/stage.ts';
import { openStore } from '../../core/store/open.ts';
import type { Store } from '../../core/store/store.ts';
import { forcedBackend, forcedInference, selectBackend, tensorflowAddon } from '../../core/tensor/backend.ts';
import { inferenceWords } from '../../core/text/inference.ts';
import { runTrain } from '../../core/train/train-stage.ts';
import { runCompare } from '../../core/verdict/compare-stage.ts';
import { nextJob } from './next-job.ts';
import { log, reporter } from './output.ts';

const RUN: { readonly [Kind in JobKind]: StageRun<Kind> } = {
  prepare: runPrepare,
  train: runTrain,
  mine: runMine,
  compare: runCompare,
  pretrain: runPretrain,
  label: runLabel,
  distill: runDistill,
  privacy: runPrivacy,
  evaluate: runEvaluate,
};

/** Batch and Spot leave 30 seconds and two minutes between SIGTERM and the end; this is well within both. */
const DEADLINE_MS = 15_000;

/** Where a failing job may leave word of why. */
interface JobPlace {
  store?: Store;
  folder?: string;
  scratch?: boolean;
}

// Said by Node on standard error otherwise, where nobody looks for it.
process.removeAllListeners('warning');
process.on('warning', ({ message }) => log('warn', message));

let word = process.argv[2];
do {
  const place: JobPlace = {};
  const stop = new AbortController();
  try {
    await work(jobKind(word), place, stop);
  } catch (error) {
    // Nobody knows what a job that failed left behind in its process.
    process.exit(await giveUp(error, place));
  }
  process.removeAllListeners('SIGTERM');
  word = await nextJob();
} while (word !== undefined);
process.exit(0);

async function work<Kind extends JobKind>(kind: Kind, place: JobPlace, stop: AbortController): Promise<void> {
  if (kind === 'mine') startReaderAhead();
  const stage = anyJob(kind);
  endOnSignal(stage.resumes, stop);
  const told = parseOrExplain(stage.environment, process.env, 'worker environment');
  const { store: uri, runId, ...parameters } = told;
  const store = openStore(uri);
  const plan = await planFile(runId).read(store);
  const { counts, scratch, unit } = stage;
  const folder = stage.folder(runId, told);
  Object.assign(place, { store, folder, scratch });
  const run = async () => {
    const backend = stage.computes ? await startBackend(stage.learns ?? true) : undefined;
    const checkpointer = storedCheckpointer({ store, folder, computer: computerOf(backend), signal: stop.signal });
    const threads = threadsGiven() ?? availableParallelism();
    const context = { store, plan, folder, threads, checkpointer, report: reporter(unit), log };
    return { ...(await RUN[kind](context, parameters as unknown as JobParameters<Kind>)), backend };
  };
  const done = await once(store, statsFile(folder, counts, { scratch }), () => measured(kind, run));
  if (!done) log('info', `${folder} is done already`);
}

/**
 * A job that resumes keeps its state at its next step and then ends; the deadline is for one that is far from a step.
 * Any other ends at once: what is not written whole is not written at all, so there is nothing to tidy up.
 */
function endOnSignal(resumes: boolean, stop: AbortController): void {
  process.once('SIGTERM', () => {
    if (!resumes) process.exit(EXIT_CODE.terminated);
    log('info', 'SIGTERM: keeping the state at the next step');
    stop.abort();
    setTimeout(() => process.exit(EXIT_CODE.terminated), DEADLINE_MS).unref();
  });
}

async function startBackend(gradients: boolean): Promise<Backend> {
  const threads = threadsGiven() ?? 1;
  const forced = forcedBackend(process.env[VARIABLE.backend], VARIABLE.backend);
  const inference = forcedInference(process.env[VARIABLE.inference], VARIABLE.inference);
  // What only predicts works alone in its job, beside the thread that decodes.
  const inferenceThreads = threadsGiven() ?? availableParallelism();
  const { reason, ...backend } = await selectBackend({ forced, threads, inference, inferenceThreads, gradients });
  // An addon that is there and yet not used is a fault worth a look.
  const level = backend.name === 'wasm' && forced === undefined && tensorflowAddon() !== undefined ? 'warn' : 'info';
  const predicting = backend.inference === undefined ? '' : `; predicting with ${inferenceWords(backend.inference)}`;
  log(level, `Computing on ${backend.name}: ${reason}${predicting}`);
  return { ...backend, reason };
}

/** Threads of one operation; `undefined` where the machine is this job's alone. */
function threadsGiven(): number | undefined {
  return Number(process.env[VARIABLE.threads]) || undefined;
}

function jobKind(word: string | undefined): JobKind {
  const kind = JOB_KINDS.find((known) => known === word);
  if (kind === undefined) {
    throw new ConfigError(`The worker's first argument must be one of ${JOB_KINDS.join(', ')}. Received ${word}.`);
  }
  return kind;
}

/** Says why on the log and, where it can, beside the job's outputs; returns the exit code that Batch's rules match. */
async function giveUp(error: unknown, { store, folder, scratch = false }: JobPlace): Promise<number> {
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
    const left = errorFile(folder, { scratch }).write(store, word);
    await left.catch((cause) => log('warn', messageOf(cause)));
  }
  return exitCode;
}
