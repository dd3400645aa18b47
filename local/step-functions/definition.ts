/** A state of an Amazon States Language definition, as far as the local runner looks into it. */
export interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly ItemsPath?: string;
  /** What a Map state does for each item. */
  readonly ItemProcessor?: Definition;
  /** The same in older definitions. */
  readonly Iterator?: Definition;
  /** What a Parallel state does at once. */
  readonly Branches?: readonly Definition[];
  readonly [field: string]: unknown;
}

/** A state machine, or a part of one that a state holds. `StateMachine` of the engine checks what it says. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly [field: string]: unknown;
}

/** Every state by name, those inside Map and Parallel states included. */
export const allStates = ({ States }: Pick<Definition, 'States'>): [string, State][] =>
  Object.entries(States).flatMap(([name, state]) => {
    const inner = [state.ItemProcessor, state.Iterator, ...(state.Branches ?? [])];
    const below = inner.filter((definition) => definition !== undefined).flatMap(allStates);
    return [[name, state] as [string, State], ...below];
  });

/** How many jobs a top-level state will submit, where its input says so: one a Task, one an item of a Map. */
export const jobsOf = (state: State, input: unknown): number => {
  const tasks = allStates({ States: { state } }).filter(([, { Resource }]) => isBatch(Resource));
  if (tasks.length === 0) return 0;
  if (state.Type !== 'Map') return 1;
  const path = state.ItemsPath?.split('.').slice(1) ?? [];
  const items = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], input);
  return Array.isArray(items) ? items.length : 0;
};

/** A Task that submits a Batch job and waits for its end. */
export const isBatch = (resource: string | undefined): boolean =>
  resource !== undefined && /:states:[^:]*:[^:]*:batch:submitJob\.sync$/.test(resource);
