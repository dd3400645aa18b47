import type { z } from 'zod';
import { ConfigError } from '../errors.ts';

/**
 * Parses anything with a schema and names every wrong field, what it was and what is allowed.
 * @param what - how the thing is called in the message, e.g. `execution input`
 * @throws ConfigError that lists all faults
 */
export const parseOrExplain = <T>(schema: z.ZodType<T>, value: unknown, what: string): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${[...issue.path].join('.') || what}: ${issue.message}`);
  throw new ConfigError(`Invalid ${what}. ${faults.join('; ')}.`, { cause: parsed.error });
};
