import { z } from 'zod';
import { Method } from './methods.ts';

/** Names that become parts of object keys: benchmarks and runs. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 of a-z, 0-9 and -, and must not start with -');

/**
 * Step Functions allows 80 characters for an execution name, from which a run takes its own. A job's name starts with it,
 * and Batch allows no other characters there.
 */
export const RunId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/, 'must be 1 to 80 of A-Z, a-z, 0-9, _ and -');

/** Where data lies. A `#fragment` picks rows of a CSV (or the label column of an audit file). */
export const Uri = z
  .string()
  .regex(/^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|file:\/\/\/)/, 'must start with s3://BUCKET or file:///');

/**
 * Classes become folder names, so they must be safe as one path segment, and keys of JSON objects, of which `__proto__`
 * gets lost on the way (zod leaves it out of every record).
 */
export const ClassName = z
  .string()
  .min(1)
  .max(100)
  .refine(
    (name) => !/[/\\\0]/.test(name) && !['.', '..', '__proto__'].includes(name),
    'must be usable as a folder name and must not be __proto__',
  );

/** One distilled set: a method at a number of images per class. */
export const SetSpec = z.strictObject({ method: Method, ipc: z.number().int().min(1).max(1000) });
export type SetSpec = z.infer<typeof SetSpec>;

/** One of the draws of a set, counted from 0. */
export const DrawnSet = SetSpec.extend({ draw: z.number().int().min(0) });
export type DrawnSet = z.infer<typeof DrawnSet>;

/** `dm-ipc10`: the name of a distilled set in keys, in the summary and in the report. */
export const setName = ({ method, ipc }: SetSpec): string => `${method}-ipc${ipc}`;

/** What a set's name says; `undefined` where it is none. */
export const parseSetName = (name: string): SetSpec | undefined => {
  const [, method, ipc] = /^(.+)-ipc(\d+)$/.exec(name) ?? [];
  return SetSpec.safeParse({ method, ipc: Number(ipc) }).data;
};
