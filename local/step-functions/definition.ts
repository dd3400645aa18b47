import { z } from 'zod';
import { TemplateError } from '../errors.ts';

/** A state of an Amazon States Language definition, as far as the local runner looks into it. */
export interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

const StateShape: z.ZodType<State> = z.looseObject({ Type: z.string() });
const Shape: z.ZodType<Definition> = z.looseObject({ StartAt: z.string(), States: z.record(z.string(), StateShape) });

/** setTimeout counts milliseconds in 31 bits. */
const LONGEST_TIMEOUT_SECONDS = 2_000_000;

/** @throws TemplateError where it is no state machine or one in another query language */
export const parseDefinition = (value: unknown): Definition => {
  const parsed = Shape.safeParse(value);
  if (!parsed.success) {
    throw new TemplateError(`Not a state machine: ${parsed.error.issues[0]?.message}.`, { cause: parsed.error });
  }
  if (parsed.data.QueryLanguage === 'JSONata') {
    throw new TemplateError('The state machine uses JSONata, which the local runner cannot evaluate.');
  }
  return parsed.data;
};

const inner = (state: State): Definition[] => {
  const nested = [state.ItemProcessor, state.Iterator, ...((state.Branches as unknown[] | undefined) ?? [])];
  return nested.filter((definition) => definition !== undefined).map(parseDefinition);
};

/** Every state by name, those inside Map and Parallel states included. */
export const allStates = (definition: Definition): [string, State][] =>
  Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...inner(state).flatMap(allStates),
  ]);

/**
 * The definition with a time limit on every Task that has none: the engine's own default is one minute, that of Step
 * Functions is none.
 */
export const withoutDefaultTimeouts = (definition: Definition): Definition => {
  const limit = (seconds: unknown): number =>
    Math.min(Number(seconds ?? LONGEST_TIMEOUT_SECONDS), LONGEST_TIMEOUT_SECONDS);
  const patch = (state: State): State => {
    const patched: Record<string, unknown> = { ...state };
    if (state.Type === 'Task' && state.TimeoutSecondsPath === undefined) {
      patched.TimeoutSeconds = limit(state.TimeoutSeconds);
    }
    for (const field of ['ItemProcessor', 'Iterator']) {
      if (field in state) patched[field] = withoutDefaultTimeouts(parseDefinition(state[field]));
    }
    if (Array.isArray(state.Branches)) {
      patched.Branches = state.Branches.map((branch) => withoutDefaultTimeouts(parseDefinition(branch)));
    }
    return patched as State;
  };
  return {
    ...definition,
    ...(definition.TimeoutSeconds === undefined ? {} : { TimeoutSeconds: limit(definition.TimeoutSeconds) }),
    States: Object.fromEntries(Object.entries(definition.States).map(([name, state]) => [name, patch(state)])),
  };
};

/** How many jobs a top-level state will submit, where its input says so: one a Task, one an item of a Map. */
export const jobsOf = (state: State, input: unknown): number => {
  const tasks = allStates({ StartAt: '', States: { state } }).filter(([, { Resource }]) => isBatch(Resource));
  if (tasks.length === 0) return 0;
  if (state.Type !== 'Map') return 1;
  const path = typeof state.ItemsPath === 'string' ? state.ItemsPath.split('.').slice(1) : [];
  const items = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], input);
  return Array.isArray(items) ? items.length : 0;
};

/** A Task that submits a Batch job and waits for its end. */
export const isBatch = (resource: unknown): boolean =>
  typeof resource === 'string' && /:states:[^:]*:[^:]*:batch:submitJob\.sync$/.test(resource);

/** A Task that calls Lambda with `FunctionName` and `Payload`; the other way is the function's ARN itself. */
export const isLambdaInvoke = (resource: unknown): boolean =>
  typeof resource === 'string' && /:states:[^:]*:[^:]*:lambda:invoke$/.test(resource);
