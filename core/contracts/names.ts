import { z } from 'zod';

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

export const METHODS = ['random', 'herding', 'k-center', 'packed', 'dm'] as const;
export const Method = z.enum(METHODS);
/** How a distilled set is made. */
export type Method = z.infer<typeof Method>;

/** Image-selection baselines: real mined images, one per slot. */
export const BASELINE_METHODS = ['random', 'herding', 'k-center'] as const satisfies readonly Method[];

/** Whether a method is there to be beaten: it selects real images and makes none. */
export const isBaseline = (method: Method): boolean => (BASELINE_METHODS as readonly Method[]).includes(method);

/** One distilled set: a method at a number of images per class. */
export const SetSpec = z.strictObject({ method: Method, ipc: z.number().int().min(1).max(1000) });
export type SetSpec = z.infer<typeof SetSpec>;

/** `dm-ipc10`: the name of a distilled set in keys, in the summary and in the report. */
export const setName = ({ method, ipc }: SetSpec): string => `${method}-ipc${ipc}`;

const TRAINING_SET = /^(primitive|control|omni|boost\/(none|mined|no-pool)|(only|boost)\/[a-z-]+-ipc\d+)$/;
/** What a network was trained on: the rows of every accuracy table. */
export const TrainingSet = z.string().regex(TRAINING_SET);
export type TrainingSet = z.infer<typeof TrainingSet>;
