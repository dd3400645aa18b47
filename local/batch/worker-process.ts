import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { VARIABLE } from '../../core/contracts/environment.ts';
import { JOB_DONE, type NextJob } from '../../core/contracts/next-job.ts';
import { type Attempt, type AttemptEnd, exited, notStarted, stopInTime } from './engine.ts';
import type { AttemptOutcome } from './retry-rules.ts';
import { followLines, jobOutput } from './worker-output.ts';

/** What our own code reads anew at every job, but for what computes: that, and all else, is read once, while a library is loaded. */
const OUR_OWN = /^(AWS_BATCH|OMNIDISTILL)_/;
const READ_ONCE: readonly string[] = [VARIABLE.backend, VARIABLE.inference, VARIABLE.threads];

/** A process of the worker, ended as a whole process group, that may do one job after the other. */
export class WorkerProcess {
  private child: ChildProcess | undefined;
  private onLine: (line: string) => void = () => undefined;
  private settle: (outcome: AttemptOutcome) => void = () => undefined;
  /** Of its two streams, how many have ended the output of the job. */
  private quiet = 0;
  private given = '';
  /** What a process that waited was told and has not taken yet. */
  private told: Attempt | undefined;

  /** @param folder - in which it runs: the image's working directory */
  public constructor(private readonly folder: string) {}

  /** Whether it has done what it was given, and takes another attempt like that: the same program, in the same surroundings. */
  public fits(attempt: Attempt): boolean {
    return this.waits && this.given === programOf(attempt);
  }

  /** Whether it has done what it was given, and waits for more. */
  public get waits(): boolean {
    return this.quiet === 2 && this.child?.connected === true;
  }

  /** Runs an attempt to its end, which need not be the process's. */
  public async run(attempt: Attempt): Promise<AttemptEnd> {
    const output = jobOutput(attempt);
    let killer: NodeJS.Timeout | undefined;
    const outcome = new Promise<AttemptOutcome>((resolve) => (this.settle = resolve));
    this.onLine = output.onLine;
    this.quiet = 0;
    this.given = programOf(attempt);
    if (this.child === undefined) this.start(attempt);
    else this.tell(attempt);
    const watch = stopInTime(attempt, () => {
      // It must not begin elsewhere.
      this.told = undefined;
      this.signal('SIGTERM');
      killer ??= setTimeout(() => this.signal('SIGKILL'), attempt.graceMs);
    });
    const ended = await outcome;
    clearTimeout(killer);
    return { ...ended, ...watch.end(), lastLine: await output.close() };
  }

  /** Ends a process that waits. */
  public async end(): Promise<void> {
    const over = new Promise<AttemptOutcome>((resolve) => (this.settle = resolve));
    this.signal('SIGKILL');
    await over;
  }

  private start({ command, environment }: Attempt): void {
    const [program, args] = resolveCommand(command);
    const child = spawn(program, args, {
      cwd: this.folder,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.child = child;
    followLines([child.stdout!, child.stderr!], (line) => {
      // A library may have left its last line open.
      const [said, ends] = line.endsWith(JOB_DONE) ? [line.slice(0, -JOB_DONE.length), true] : [line, false];
      if (said !== '' || !ends) this.onLine(said);
      if (ends && ++this.quiet === 2) this.settle(exited(0));
    });
    child.once('error', (error) =>
      this.settle({ exitCode: 127, ...notStarted(`CannotStartContainerError: ${error.message}`) }),
    );
    // Whatever the process started must not outlive it, and would keep its pipes open.
    child.once('exit', () => signalGroup(child, 'SIGKILL'));
    // It has taken what it was told.
    child.on('message', () => (this.told = undefined));
    child.once('close', (code, signal) => {
      const { told } = this;
      this.told = undefined;
      if (told === undefined) this.settle(exited(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
      else this.start(told);
    });
  }

  /** Gives a process that waits its next job; where it dies before it has taken it, a new one begins with it. */
  private tell(attempt: Attempt): void {
    this.told = attempt;
    const next: NextJob = { kind: attempt.command.at(-1) ?? '', environment: { ...attempt.environment } };
    // One that is gone says so by its end.
    this.child?.send(next, () => undefined);
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child !== undefined) signalGroup(this.child, signal);
  }
}

/** The process is the leader of its group, so what it started ends with it. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // The group is gone already: nothing is left to signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** All that a process cannot change of itself. */
function programOf({ command, environment }: Attempt): string {
  const surroundings = Object.entries(environment).filter(([name]) => !OUR_OWN.test(name) || READ_ONCE.includes(name));
  return JSON.stringify([command.slice(0, -1), surroundings.sort()]);
}

function resolveCommand([program, ...rest]: readonly string[]): [string, string[]] {
  return program === 'node' ? [process.execPath, ['--import', guardUrl(process.pid), ...rest]] : [program ?? '', rest];
}

/**
 * Ends a job whose runner was killed and could not stop it. It watches from a thread of its own, because a job that
 * computes does not reach its timers; a new thread inherits the flag, hence the check.
 */
function guardUrl(runner: number): string {
  const watch = `setInterval(() => { if (process.ppid !== ${runner}) process.kill(-process.pid, 'SIGKILL'); }, 500);`;
  const code =
    "import { isMainThread, Worker } from 'node:worker_threads';" +
    `if (isMainThread) new Worker(${JSON.stringify(watch)}, { eval: true, execArgv: [] }).unref();`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
