import { EXIT_CODE, type OmnidistillError, ReportedError } from '../../core/errors.ts';
import { StateError } from '../errors.ts';
import type { Definition, State } from './definition.ts';
import type { TaskHandler, TaskHandlers } from './task-handlers.ts';

/** A failure as a Catch gives it. */
interface Failure {
  readonly Error: string;
  readonly Cause: string;
}

/** How a Map Run stands: what is counted from its beginning on. */
interface MapRun {
  readonly children: number;
  readonly tolerated: number;
  readonly failed: string[];
  readonly exitCodes: Set<OmnidistillError['exitCode']>;
}

/** Reasons that a person is shown; mostly all are the same. */
const SHOWN = 10;

const THRESHOLD = 'States.ExceedToleratedFailureThreshold';

/**
 * The engine runs a Distributed Map inline, where the first child that fails ends the run. On AWS every child is an execution
 * of its own, and the Map fails as soon as more of them have failed than it tolerates. So each Distributed Map is put into
 * a state of its name that begins to count, and whose children count their failures.
 * @returns a definition for the engine, and handlers of its Tasks
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
 */
export function tolerant(
  definition: Definition,
  handlers: TaskHandlers,
): { readonly definition: Definition; readonly handlers: TaskHandlers } {
  const reasons = new Map<string, OmnidistillError>();
  const noted = Object.entries(handlers).map(([name, handler]) => [name, noting(handler, reasons)] as const);
  const maps = Object.entries(definition.States).filter(([, state]) => isDistributed(state));
  return {
    definition: {
      ...definition,
      States: { ...definition.States, ...Object.fromEntries(maps.map(([name, state]) => [name, around(name, state)])) },
    },
    handlers: Object.assign(Object.fromEntries(noted), ...maps.map(([name]) => counters(name, reasons))),
  };
}

function isDistributed({ ItemProcessor }: State): boolean {
  return (ItemProcessor?.ProcessorConfig as { Mode?: string } | undefined)?.Mode === 'DISTRIBUTED';
}

const LOCAL_TASK = { Type: 'Task', Resource: 'arn:aws:lambda:local:000000000000:function:count' };

function around(name: string, state: State): State {
  const { Next, End, Retry, Catch, ToleratedFailureCountPath: path, ToleratedFailureCount: count = 0, ...map } = state;
  const { ProcessorConfig, ...child } = map.ItemProcessor!;
  const begin = {
    ...LOCAL_TASK,
    Parameters: {
      'children.$': map.ItemsPath ?? '$',
      ...(path === undefined ? { tolerated: count } : { 'tolerated.$': path }),
    },
    ResultPath: null,
    Next: `${name}.Children`,
  };
  const whole = {
    Type: 'Parallel',
    Branches: [child],
    OutputPath: '$[0]',
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: `${name}.Failed` }],
    End: true,
  };
  const failed = { ...LOCAL_TASK, InputPath: '$.failure', End: true };
  const children = {
    ...map,
    ItemProcessor: {
      ProcessorConfig,
      StartAt: `${name}.Child`,
      States: { [`${name}.Child`]: whole, [`${name}.Failed`]: failed },
    },
    End: true,
  };
  const branch = { StartAt: `${name}.Begin`, States: { [`${name}.Begin`]: begin, [`${name}.Children`]: children } };
  const rest = Object.entries({ Next, End, Retry, Catch }).filter(([, value]) => value !== undefined);
  return { Type: 'Parallel', Branches: [branch], OutputPath: '$[0]', ...Object.fromEntries(rest) };
}

/** Keeps what a person is told of a failure: the engine passes on its text alone. */
function noting(handler: TaskHandler, reasons: Map<string, OmnidistillError>): TaskHandler {
  return async (input) => {
    try {
      return await handler(input);
    } catch (error) {
      if (error instanceof StateError) reasons.set(error.message, error.reason);
      throw error;
    }
  };
}

function counters(name: string, reasons: ReadonlyMap<string, OmnidistillError>): TaskHandlers {
  let run: MapRun;
  return {
    [`${name}.Begin`]: async (input) => {
      const { children, tolerated } = input as { children: readonly unknown[]; tolerated: number };
      run = { children: children.length, tolerated, failed: [], exitCodes: new Set() };
    },
    [`${name}.Failed`]: async (input) => {
      const failure = input as Failure;
      const reason = reasons.get(failure.Cause);
      run.exitCodes.add(reason?.exitCode ?? EXIT_CODE.failure);
      run.failed.push(
        reason === undefined ? `${failure.Error}: ${failure.Cause}` : `${reason.name}: ${reason.message}`,
      );
      if (run.failed.length <= run.tolerated) return {};
      throw tooMany(name, run);
    },
  };
}

function tooMany(name: string, { children, tolerated, failed, exitCodes }: MapRun): StateError {
  const more = failed.length > SHOWN ? `; and ${failed.length - SHOWN} more` : '';
  const text =
    `${failed.length} of ${children} jobs of ${name} failed; ${tolerated} may. ` +
    `${failed.slice(0, SHOWN).join('; ')}${more}`;
  const [exitCode = EXIT_CODE.failure] = exitCodes.size === 1 ? exitCodes : [];
  return new StateError(THRESHOLD, text, new ReportedError(THRESHOLD, text, exitCode));
}
