import { EXIT_CODE, messageOf, ReportedError } from '../../core/errors.ts';
import { RunStoppedError, StateError, TemplateError } from '../errors.ts';
import type { OnEvent, RunEvent } from '../events.ts';
import { allStates, type Definition, jobsOf } from './definition.ts';
import { tolerant } from './distributed-map.ts';
import type { TaskHandlers } from './task-handlers.ts';

/** Pauses before a Retry are for services that are busy; here nothing gains from waiting longer. */
const RETRY_PAUSE_MS = 200;

export interface LocalExecution {
  readonly definition: Definition;
  readonly handlers: TaskHandlers;
  /** The execution's name: `$$.Execution.Name`. */
  readonly name: string;
  readonly input: unknown;
  readonly onEvent: OnEvent<RunEvent>;
  readonly signal?: AbortSignal | undefined;
}

/** Names of the engine's errors, which say nothing else. */
const TIME_IS_OVER: readonly string[] = ['States.Timeout', 'ExecutionTimeoutError'];

/**
 * Executes a state machine definition in this process and tells of every top-level state as a stage.
 * @returns the execution's output
 * @throws the error that a job or a function reported, as it is; RunStoppedError after `signal`; TemplateError for what is
 * no state machine or one in JSONata
 */
export const execute = async ({
  definition,
  handlers,
  name,
  input,
  onEvent,
  signal,
}: LocalExecution): Promise<unknown> => {
  const { ExecutionAbortedError, ...engine } = await loadEngine();
  const run = tolerant(definition, handlers);
  const machine = machineOf(engine, run.definition);
  refuseJsonata(definition);
  const retryIntervalOverrides = Object.fromEntries(allStates(definition).map(([state]) => [state, RETRY_PAUSE_MS]));
  if (signal?.aborted) throw new RunStoppedError('The run was stopped before it began.');
  const { result, eventLogs, abort } = machine.run(input as never, {
    overrides: { taskResourceLocalHandlers: run.handlers as never, retryIntervalOverrides },
    // Like an ARN it tells executions apart: a run goes on in this machine's next one by the same name.
    context: { Execution: { Id: `local:${name}`, Name: name } } as never,
  });
  signal?.addEventListener('abort', abort, { once: true });
  const told = tellStages(eventLogs, definition, onEvent);
  try {
    return await result;
  } catch (error) {
    if (error instanceof ExecutionAbortedError) throw new RunStoppedError('The run was stopped.', { cause: error });
    throw reasonOf(error);
  } finally {
    signal?.removeEventListener('abort', abort);
    await told;
  }
};

type AslEngine = typeof import('aws-local-stepfunctions');

/** The engine needs a function that Node has from 22 on. */
export async function loadEngine(): Promise<AslEngine> {
  const promise = Promise as unknown as { withResolvers?: () => unknown };
  promise.withResolvers ??= () => {
    let settle = {};
    const pending = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    return { promise: pending, ...settle };
  };
  return import('aws-local-stepfunctions');
}

function machineOf(
  { StateMachine }: Pick<AslEngine, 'StateMachine'>,
  definition: Definition,
): InstanceType<AslEngine['StateMachine']> {
  try {
    return new StateMachine(definition as never, { validationOptions: { checkArn: false, checkPaths: false } });
  } catch (error) {
    throw new TemplateError(messageOf(error), { cause: error });
  }
}

/** The engine takes JSONata for valid, and leaves out what is written in it. */
function refuseJsonata(definition: Definition): void {
  const parts = [definition, ...allStates(definition).map(([, state]) => state)];
  if (parts.some(({ QueryLanguage }) => QueryLanguage === 'JSONata')) {
    throw new TemplateError('The state machine uses JSONata, which the local runner cannot evaluate.');
  }
}

type EventLogs = ReturnType<InstanceType<AslEngine['StateMachine']>['run']>['eventLogs'];

async function tellStages(events: EventLogs, { States }: Definition, onEvent: OnEvent<RunEvent>): Promise<void> {
  let began = 0;
  for await (const event of events) {
    // States inside a Map carry the index of their item.
    if (!('state' in event) || event.index !== undefined) continue;
    const state = States[event.state.name];
    if (state === undefined || !['Task', 'Map', 'Parallel'].includes(state.Type)) continue;
    if (event.type === 'StateEntered') {
      began = event.timestamp;
      onEvent({ type: 'stage-started', stage: event.state.name, jobs: jobsOf(state, event.state.input) });
    } else if (event.type === 'StateExited') {
      const seconds = (event.timestamp - began) / 1000;
      onEvent({ type: 'stage-ended', stage: event.state.name, seconds, output: event.state.output });
    }
  }
}

/** The engine wraps errors once a nesting; inside lies what the job or the function said. */
function reasonOf(error: unknown): unknown {
  if (error instanceof StateError) return error.reason;
  if (!(error instanceof Error)) return error;
  if (error.name === 'ExecutionError' && error.cause !== undefined) return reasonOf(error.cause);
  if (!TIME_IS_OVER.includes(error.name)) return error;
  const message =
    'A function took longer than Lambda gives it, or the run longer than `runTimeoutHours` in cdk.json. ' +
    'What is done stays done: start it again.';
  return new ReportedError('States.Timeout', message, EXIT_CODE.failure, { cause: error });
}
