import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VARIABLE } from '../core/contracts/environment.ts';
import type { BackendName } from '../core/contracts/stats.ts';
import type { Engine } from '../local/batch/engine.ts';
import { processEngine } from '../local/batch/process-engine.ts';
import { projectFolder } from '../local/cloudformation/assembly.ts';
import type { JobEvent, OnEvent } from '../local/events.ts';
import { machineVariables, threadsEach } from '../local/host-environment.ts';
import { startBatchServer } from './batch-server/http.ts';
import { clientEnvironment } from './endpoint.ts';
import { LocalStackError } from './errors.ts';
import { chooseHost } from './host.ts';

export interface EmulatorOptions {
  /** Where LocalStack listens; 0 for a free one. */
  readonly port: number;
  /** Takes LocalStack's files and all logs. */
  readonly stateFolder: string;
  readonly say: (message: string) => void;
  /** Jobs at once. @default one a processor core */
  readonly maxJobs?: number | undefined;
  /** Forces what computes; left out, each job picks the best that is installed. */
  readonly backend?: BackendName | undefined;
  readonly onEvent?: OnEvent<JobEvent>;
  /** Put around what every attempt of a job runs in: what it returns is used in place of the real one. */
  readonly decorateEngine?: (real: Engine) => Engine;
}

export interface Emulator {
  readonly endpoint: string;
  /** Of LocalStack, or of the `docker` that runs it. */
  readonly processId: number;
  /** Resolves when LocalStack ends by itself. */
  readonly ended: Promise<void>;
  /** Stops every job, LocalStack, and the Batch server. */
  stop(): Promise<void>;
}

const START_SECONDS = 90;

/**
 * Starts LocalStack with the plugin and the Batch server that runs its jobs as processes of the built worker.
 * @throws LocalStackError with the end of its log where it does not start
 */
export const startEmulator = async (options: EmulatorOptions): Promise<Emulator> => {
  const { stateFolder } = options;
  const port = await claimPort(options.port);
  const endpoint = `http://127.0.0.1:${port}`;
  const maxJobs = options.maxJobs ?? availableParallelism();
  const logFolder = join(stateFolder, 'jobs');
  mkdirSync(logFolder, { recursive: true });
  const { engine, close } = processEngine(join(projectFolder(), 'dist', 'worker'));
  const batch = await startBatchServer({
    maxJobs,
    engine: options.decorateEngine?.(engine) ?? engine,
    logFolder,
    hostEnvironment: jobEnvironment(options, endpoint, maxJobs),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  const closeJobs = async (): Promise<void> => {
    await batch.close();
    await close();
  };
  const logFile = join(stateFolder, 'localstack.log');
  let localstack: ChildProcess | undefined;
  try {
    const host = chooseHost({ port, batchUrl: batch.url, stateFolder }, options.say);
    // Ctrl-C in a terminal must not reach it: it is stopped in order.
    localstack = spawn(host.program, host.args, {
      env: host.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const log = createWriteStream(logFile);
    localstack.stdout?.pipe(log);
    localstack.stderr?.pipe(log);
    await untilHealthy(endpoint, localstack);
  } catch (error) {
    if (localstack !== undefined) await end(localstack);
    await closeJobs();
    const words = await readFile(logFile, 'utf8').catch(() => '');
    const message = error instanceof Error ? error.message : String(error);
    throw new LocalStackError(words === '' ? message : `${message}\n${words.trim().slice(-3000)}`, { cause: error });
  }
  const started = localstack;
  return {
    endpoint,
    processId: started.pid!,
    ended: endOf(started),
    async stop() {
      await closeJobs();
      await end(started);
    },
  };
};

/** @throws LocalStackError where somebody else listens there; without the check, they would be taken for LocalStack */
async function claimPort(port: number): Promise<number> {
  const server = createServer();
  const listening = once(server, 'listening');
  server.listen(port, '0.0.0.0');
  try {
    await listening;
  } catch (cause) {
    throw new LocalStackError(`Port ${port} is taken. Is LocalStack running already? --port chooses another.`, {
      cause,
    });
  }
  const { port: claimed } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return claimed;
}

function jobEnvironment({ backend }: EmulatorOptions, endpoint: string, maxJobs: number) {
  return {
    ...machineVariables(),
    ...clientEnvironment(endpoint),
    [VARIABLE.backend]: backend,
    [VARIABLE.threads]: threadsEach(maxJobs),
  };
}

async function untilHealthy(endpoint: string, process: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_SECONDS * 1000;
  while (process.exitCode === null && performance.now() < deadline) {
    const healthy = await fetch(`${endpoint}/_localstack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return;
    await pause(200);
  }
  throw new LocalStackError(
    process.exitCode === null ? `LocalStack did not answer within ${START_SECONDS} s.` : 'LocalStack ended at once.',
  );
}

async function end(process: ChildProcess): Promise<void> {
  process.kill('SIGTERM');
  const killer = setTimeout(() => process.kill('SIGKILL'), 10_000);
  await endOf(process);
  clearTimeout(killer);
}

async function endOf(process: ChildProcess): Promise<void> {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
}
