import { z } from 'zod';
import { ArmName } from './arms.ts';
import { VARIABLE } from './environment.ts';
import { Method } from './methods.ts';
import { RunId } from './names.ts';
import { Role } from './roles.ts';

/** What a job is told beside its run. */
interface Parameter<Value> {
  /** Its name in the job's environment. */
  readonly variable: string;
  /** Environment values are text, so numbers are read from it. */
  readonly schema: z.ZodType<Value, unknown>;
  readonly isNumber: boolean;
}

/** Everything that a job can be told, by the name that it has in the state machine's items and in the code. */
export const PARAMETERS = {
  round: number('OMNIDISTILL_ROUND', 0),
  shard: number('OMNIDISTILL_SHARD', 0),
  role: text('OMNIDISTILL_ROLE', Role),
  seed: number('OMNIDISTILL_SEED', 0),
  fold: number('OMNIDISTILL_FOLD', 0),
  method: text('OMNIDISTILL_METHOD', Method),
  ipc: number('OMNIDISTILL_IPC', 1),
  draw: number('OMNIDISTILL_DRAW', 0),
  arm: text('OMNIDISTILL_ARM', ArmName),
} as const;

export type ParameterName = keyof typeof PARAMETERS;

/** The values of some parameters. */
export type ParameterValues<Name extends ParameterName> = {
  readonly [N in Name]: z.infer<(typeof PARAMETERS)[N]['schema']>;
};

/** What every job knows: where its run lies. */
export interface RunAddress {
  /** URI of the store. */
  readonly store: string;
  readonly runId: string;
}

/** Schema of a job's environment with the given parameters, which gives them by their names in the code. */
export function environmentOf<Name extends ParameterName>(
  names: readonly Name[],
): z.ZodType<RunAddress & ParameterValues<Name>, unknown> {
  const shape: Record<string, z.ZodType> = { [VARIABLE.store]: z.string().min(1), [VARIABLE.runId]: RunId };
  for (const name of names) shape[PARAMETERS[name].variable] = PARAMETERS[name].schema;
  return z.object(shape).transform((values) => {
    const own = names.map((name) => [name, values[PARAMETERS[name].variable]] as const);
    const address = { store: values[VARIABLE.store], runId: values[VARIABLE.runId] };
    return { ...address, ...Object.fromEntries(own) } as RunAddress & ParameterValues<Name>;
  });
}

function number(variable: string, least: number): Parameter<number> {
  return {
    variable,
    schema: z.coerce.number().int().min(least),
    isNumber: true,
  };
}

function text<Value extends string>(variable: string, schema: z.ZodType<Value>): Parameter<Value> {
  return {
    variable,
    schema,
    isNumber: false,
  };
}
