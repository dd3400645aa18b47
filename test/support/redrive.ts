import type { Definition, State } from '../../local/step-functions/definition.ts';
import { tolerant } from '../../local/step-functions/distributed-map.ts';
import { loadEngine } from '../../local/step-functions/state-machine.ts';
import type { TaskHandler, TaskHandlers } from '../../local/step-functions/task-handlers.ts';

/** Where an execution, or a child of a Map, stood when it failed. */
interface Failed {
  readonly state: string;
  readonly input: unknown;
}

/** How an execution ended: with nothing, or where it failed, and where which of its children did. */
export interface Ended {
  readonly failed?: Failed | undefined;
  readonly children: readonly Failed[];
}

/** Starts an execution from its first state. */
export const start = (definition: Definition, handlers: TaskHandlers, input: unknown): Promise<Ended> =>
  run(definition, handlers, input, {});

/**
 * Goes on with a failed execution as AWS documents it: from the state that failed, with the input that it had. Of a Map only
 * the children that failed, each from its own failed state. What has succeeded is not run again.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export const redrive = (
  definition: Definition,
  handlers: TaskHandlers,
  { failed, children }: Ended,
): Promise<Ended> => {
  const { state, input } = failed!;
  const from: Definition = { ...definition, StartAt: state };
  const context = { RedriveCount: 1, RedriveTime: new Date().toISOString() };
  if (definition.States[state]!.Type !== 'Map') return run(from, handlers, input, context);
  const again = { ...from, States: { ...from.States, [state]: onlyFailed(definition.States[state]!, children) } };
  return run(again, handlers, { ...(input as object), redriven: children }, context);
};

/** The same Map over its failed children, each of which goes on where it failed. */
function onlyFailed({ ItemSelector: _, ...map }: State, children: readonly Failed[]): State {
  const processor = map.ItemProcessor!;
  const names = [...new Set(children.map(({ state }) => state))];
  const enter = names.map((name) => [`Enter${name}`, { Type: 'Pass', InputPath: '$.input', Next: name }] as const);
  const choices = names.map((name) => ({ Variable: '$.state', StringEquals: name, Next: `Enter${name}` }));
  return {
    ...map,
    ItemsPath: '$.redriven',
    ItemProcessor: {
      ...processor,
      StartAt: 'Enter',
      States: { ...processor.States, Enter: { Type: 'Choice', Choices: choices }, ...Object.fromEntries(enter) },
    },
  };
}

async function run(definition: Definition, handlers: TaskHandlers, input: unknown, execution: object): Promise<Ended> {
  const { StateMachine } = await loadEngine();
  const failures: Failed[] = [];
  const noted = noting(definition, failures);
  const own = tolerant(noted.definition, { ...handlers, ...noted.handlers });
  // A state machine that starts further on has states that nothing leads to.
  const machine = new StateMachine(own.definition as never, { validationOptions: { noValidate: true } });
  const { result } = machine.run(input as never, {
    overrides: { taskResourceLocalHandlers: own.handlers as never },
    context: { Execution: { Id: 'arn:run_1', Name: 'run_1', ...execution } } as never,
  });
  const succeeded = await result.then(
    () => true,
    () => false,
  );
  // Children fail before their Map.
  const failed = succeeded ? undefined : failures.at(-1);
  return { failed, children: failures.slice(0, -1).filter(({ state }) => definition.States[state] === undefined) };
}

/** The same definition, in which whatever may fail leaves word with what input it did, and fails then. */
function noting(
  definition: Definition,
  failures: Failed[],
): { readonly definition: Definition; readonly handlers: TaskHandlers } {
  const handlers: Record<string, TaskHandler> = {};
  const through = (part: Definition): Definition => {
    const states = Object.entries(part.States).flatMap(([name, state]): [string, State][] => {
      const { ItemProcessor } = state;
      const inside = ItemProcessor === undefined ? state : { ...state, ItemProcessor: through(ItemProcessor) };
      if (state.Catch !== undefined || !['Task', 'Map'].includes(state.Type)) return [[name, inside]];
      const note = `${name}.Noted`;
      handlers[note] = async (given) => {
        const { noted, ...input } = given as { noted: Record<string, string> };
        failures.push({ state: name, input });
        throw Object.assign(new Error(noted.Cause), { name: noted.Error });
      };
      const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.noted', Next: note }];
      return [
        [name, { ...inside, Catch: caught }],
        [note, { Type: 'Task', Resource: 'note', End: true }],
      ];
    });
    return { ...part, States: Object.fromEntries(states) };
  };
  return { definition: through(definition), handlers };
}
