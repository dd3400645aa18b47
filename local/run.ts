import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { VARIABLE } from '../core/contracts/environment.ts';
import { runKey } from '../core/contracts/keys.ts';
import { RunId } from '../core/contracts/names.ts';
import { parseOrExplain } from '../core/contracts/parse-or-explain.ts';
import type { BackendName } from '../core/contracts/stats.ts';
import { ConfigError, messageOf } from '../core/errors.ts';
import { inputPaths } from './batch/container-arguments.ts';
import { requireContainerHost } from './batch/container-cli.ts';
import { containerEngine } from './batch/container-engine.ts';
import type { Engine } from './batch/engine.ts';
import { LocalBatch } from './batch/local-batch.ts';
import { type ProcessEngine, processEngine } from './batch/process-engine.ts';
import { skipDone } from './batch/skip-done.ts';
import { type Assembly, ensureAssembly, projectFolder } from './cloudformation/assembly.ts';
import { loadStack } from './cloudformation/template.ts';
import { RunStoppedError } from './errors.ts';
import type { OnEvent, RunEvent } from './events.ts';
import { machineVariables, threadsEach, variables } from './host-environment.ts';
import { localFunction } from './lambda/local-function.ts';
import { takeLock } from './lock.ts';
import { execute } from './step-functions/state-machine.ts';
import { type TaskHandlers, taskHandlers } from './step-functions/task-handlers.ts';

export interface LocalRun {
  /** The execution input, as it would be typed into the Step Functions console. */
  readonly input: unknown;
  /** Stands for the bucket: everything is written below `runs/RUN_ID` in it. */
  readonly outFolder: string;
  readonly runId: string;
  /** Forces what computes; left out, each job picks the best that is installed. */
  readonly backend?: BackendName | undefined;
  /** Worker image: every job is a container of it. Left out, every job is a child process of the built worker. */
  readonly image?: string | undefined;
  /** Jobs at once. @default one a processor core */
  readonly maxJobs?: number | undefined;
  readonly onEvent: OnEvent<RunEvent>;
  /** Stops the run: its jobs are ended, what they have finished stays. */
  readonly signal?: AbortSignal | undefined;
  /** @default the project's own, built and synthesised where it is missing or old */
  readonly assembly?: Assembly | undefined;
  /** Put around what does the work: what each returns is used in place of the real one that it is given. */
  readonly decorate?: Decorators | undefined;
  /** Milliseconds that a stopped job gets to end by itself. @default 20_000 */
  readonly graceMs?: number | undefined;
}

/** @see test/support/faults.ts */
export interface Decorators {
  /** What every attempt of a job runs in. */
  readonly engine?: (real: Engine) => Engine;
  /** What every Task of the state machine does, functions and jobs. */
  readonly tasks?: (real: TaskHandlers) => TaskHandlers;
}

/** Credentials and the Region. */
const AWS = /^AWS_.*$/;

/** In a container no path of this machine means anything. */
const TENSORFLOW = /^TF_.*$/;

/**
 * Runs the deployed workflow on this machine: the synthesised state machine, the bundled Lambda handlers, and every
 * Batch job as a child process or a container. Called again with the same run id it goes on after what is done.
 * @throws the error of the function or job that ended the run; RunStoppedError after `signal`; ConfigError for an
 * output folder that cannot be written or a run that another process executes
 */
export const runLocally = async (run: LocalRun): Promise<void> => {
  const runId = parseOrExplain(RunId, run.runId, 'run id');
  const outFolder = resolve(run.outFolder);
  await requireWritable(outFolder);
  const maxJobs = Math.max(1, run.maxJobs ?? availableParallelism());
  const jobHost = await jobHostOf(run, maxJobs);
  const folder = join(outFolder, runKey(runId));
  const release = await takeLock(join(folder, 'run.lock'), `Run ${runId}`);
  try {
    const assembly = run.assembly ?? (await ensureAssembly(projectFolder(), join(outFolder, 'cdk.out')));
    const stack = await loadStack(assembly.template);
    const { engine: realEngine, environment: jobEnvironment, close } = jobHost(assembly.worker);
    const engine = skipDone(realEngine, outFolder);
    const environment = hostEnvironment(run, maxJobs, machineVariables(AWS));
    const functions = new Map([...stack.functions].map(([arn, lambda]) => [arn, localFunction(lambda, environment)]));
    const batch = new LocalBatch({
      definitions: stack.jobDefinitions,
      queues: stack.queues,
      maxJobs,
      engine: run.decorate?.engine?.(engine) ?? engine,
      logFolder: join(folder, 'logs'),
      hostEnvironment: jobEnvironment,
      onEvent: run.onEvent,
      graceMs: run.graceMs,
    });
    try {
      if (run.signal?.aborted) throw new RunStoppedError('The run was stopped before it began.');
      const handlers = taskHandlers(stack.definition, { batch, functions, outFolder });
      await execute({
        definition: stack.definition,
        handlers: run.decorate?.tasks?.(handlers) ?? handlers,
        name: runId,
        input: run.input,
        onEvent: run.onEvent,
        signal: run.signal,
      });
    } finally {
      await batch.close('The run has ended.');
      await close();
    }
  } finally {
    await release();
  }
};

async function requireWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new ConfigError(`The output folder ${folder} cannot be written: ${messageOf(error)}. Choose another one.`, {
      cause: error,
    });
  }
}

/** What runs the jobs, and the environment that they get of this machine. */
interface JobHost extends ProcessEngine {
  readonly environment: Record<string, string | undefined>;
}

/**
 * Asks for the engine at once, before anything is built for it.
 * @returns what runs the jobs, as soon as it is known where the worker lies
 */
async function jobHostOf(run: LocalRun, maxJobs: number): Promise<(workerFolder: string) => JobHost> {
  const { image } = run;
  if (image === undefined) {
    const environment = hostEnvironment(run, maxJobs, machineVariables(AWS));
    return (workerFolder) => ({ ...processEngine(workerFolder), environment });
  }
  const { gpus } = await requireContainerHost(image);
  // What the jobs write belongs to the caller, as if they were processes.
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const setup = { image, outFolder: resolve(run.outFolder), inputs: inputPaths(run.input), user, gpus };
  const environment = hostEnvironment(run, maxJobs, variables(AWS, TENSORFLOW));
  // A container has one job.
  return () => ({ engine: containerEngine(setup), close: async () => undefined, environment });
}

function hostEnvironment(
  run: LocalRun,
  maxJobs: number,
  passedOn: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return {
    ...passedOn,
    // The definition holds the stack's Region, which does not exist here.
    AWS_REGION: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    [VARIABLE.store]: pathToFileURL(resolve(run.outFolder)).href,
    // The definition's choice is made for the cloud's machines.
    [VARIABLE.backend]: run.backend,
    [VARIABLE.inference]: process.env[VARIABLE.inference],
    [VARIABLE.threads]: threadsEach(maxJobs),
  };
}
