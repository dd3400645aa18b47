import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exitCodeOf, messageOf, type OmnidistillError, ReportedError } from '../../core/errors.ts';
import { StateError, TemplateError } from '../errors.ts';

/** A Lambda function: the folder that would be uploaded, and what would be called in it. */
export interface LambdaFunction {
  readonly folder: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
}

type LambdaEnvironment = Readonly<Record<string, string | undefined>>;

type Handler = (event: unknown) => Promise<unknown>;

/**
 * A function of the stack, to be called as Lambda would: the bundled handler from its asset folder, with the function's
 * environment during the call, its result through JSON.
 * @param hostEnvironment - wins over the function's own environment
 * @returns a caller that throws StateError with the error's name and `{errorType, errorMessage}`, as Lambda does
 */
export const localFunction = (
  { folder, handler, environment }: LambdaFunction,
  hostEnvironment: LambdaEnvironment,
): ((event: unknown) => Promise<unknown>) => {
  const [file, name] = handler.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((extension) => join(folder, `${file}${extension}`)).find(existsSync);
  if (path === undefined || name === undefined) {
    throw new TemplateError(`Handler ${handler} was not found in ${folder}. Build the project again: npm run build.`);
  }
  const whole = { ...environment, ...hostEnvironment };
  // A handler may read its environment when it is loaded, so another environment needs an instance of its own.
  const instance = createHash('sha256').update(JSON.stringify(whole)).digest('hex').slice(0, 16);
  return (event) =>
    withEnvironment(whole, async () => {
      try {
        const url = `${pathToFileURL(path).href}?${instance}`;
        const loaded = (await import(/* @vite-ignore */ url)) as Record<string, Handler | undefined>;
        const call = loaded[name];
        if (call === undefined) throw new TemplateError(`${path} does not export "${name}".`);
        const result = await call(JSON.parse(JSON.stringify(event)));
        return JSON.parse(JSON.stringify(result ?? null)) as unknown;
      } catch (error) {
        const errorType = error instanceof Error ? error.name : 'Error';
        const cause = JSON.stringify({ errorType, errorMessage: messageOf(error) });
        throw new StateError(errorType, cause, forPeople(error));
      }
    });
};

async function withEnvironment<T>(environment: LambdaEnvironment, call: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  try {
    return await call();
  } finally {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/**
 * An error from a handler's bundle, for people. The bundle has its own copy of every class, so only its fields tell
 * what it is.
 */
function forPeople(error: unknown): OmnidistillError {
  const { name = 'Error', exitCode } = (error instanceof Error ? error : {}) as { name?: string; exitCode?: unknown };
  return new ReportedError(name, messageOf(error), exitCodeOf(exitCode), { cause: error });
}
