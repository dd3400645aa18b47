import { EXIT_CODE, ReportedError } from '../../core/errors.ts';
import type { Attempt, AttemptEnd, Engine } from '../../local/batch/engine.ts';
import { identifyJob } from '../../local/batch/job-identity.ts';
import type { AttemptOutcome } from '../../local/batch/retry-rules.ts';
import { StateError } from '../../local/errors.ts';
import type { Decorators } from '../../local/run.ts';
import type { TaskHandler, TaskHandlers } from '../../local/step-functions/task-handlers.ts';

/** How an attempt ends, whatever it would have done: at once, or killed in the middle of its work. */
export type Fault = AttemptOutcome & {
  /** Runs the attempt until it first tells of its progress. */
  readonly atProgress?: boolean;
};
/** Decides how an attempt of a job ends; `undefined` leaves it alone. Attempts count from 1 on each queue. */
export type JobFaults = (job: ReturnType<typeof identifyJob>, attempt: number) => Fault | undefined;

/**
 * Answers for a service that does not do what a Task asks of it.
 * @param state - name of the Task's state
 * @param call - 1 for its first call, those of a Map's items together
 * @returns the error's name, and whether the work was done all the same
 */
export type ServiceFaults = (
  state: string,
  call: number,
) => { readonly error: string; readonly done?: boolean } | undefined;

/** For `runLocally`: the faults that a run meets. */
export const faults = ({ jobs, services }: { jobs?: JobFaults; services?: ServiceFaults }): Decorators => ({
  ...(jobs === undefined ? {} : { engine: withJobFaults(jobs) }),
  ...(services === undefined ? {} : { tasks: withServiceFaults(services) }),
});

/** An engine in which some attempts end otherwise. What it runs is known by what any engine is told. */
export const withJobFaults =
  (faultOf: JobFaults) =>
  (real: Engine): Engine =>
  async (attempt) => {
    const { command, environment } = attempt;
    const fault = faultOf(identifyJob(command, environment), Number(environment.AWS_BATCH_JOB_ATTEMPT));
    if (fault === undefined) return real(attempt);
    const { atProgress = false, ...outcome } = fault;
    const end: AttemptEnd = { ...outcome, timedOut: false, lastLine: '' };
    return atProgress ? killedAtProgress(real, attempt, end) : end;
  };

/** Ends as it was told, unless the attempt was over before or was stopped from outside. */
const killedAtProgress = async (real: Engine, attempt: Attempt, killed: AttemptEnd): Promise<AttemptEnd> => {
  const kill = new AbortController();
  const end = await real({
    ...attempt,
    graceMs: 0,
    signal: AbortSignal.any([attempt.signal, kill.signal]),
    onMessage: (message) => {
      attempt.onMessage(message);
      if (message.event === 'progress') kill.abort();
    },
  });
  return kill.signal.aborted && !attempt.signal.aborted ? killed : end;
};

/** Task handlers of which some calls fail. */
export const withServiceFaults =
  (faultOf: ServiceFaults) =>
  (real: TaskHandlers): TaskHandlers => {
    const calls = new Map<string, number>();
    const faulty =
      (name: string, handler: TaskHandler): TaskHandler =>
      async (input) => {
        const call = (calls.get(name) ?? 0) + 1;
        calls.set(name, call);
        const fault = faultOf(name, call);
        if (fault === undefined) return handler(input);
        if (fault.done) await handler(input);
        const words = `${fault.error} in ${name}`;
        throw new StateError(fault.error, words, new ReportedError(fault.error, words, EXIT_CODE.failure));
      };
    return Object.fromEntries(Object.entries(real).map(([name, handler]) => [name, faulty(name, handler)]));
  };
