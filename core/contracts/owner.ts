import { z } from 'zod';

/**
 * `owner.json`: which execution works on a run, or did last. A run may be continued by executions of any name, and two must
 * not work on it at once.
 */
export const RunOwner = z.strictObject({
  /** Its ARN on AWS; on this machine, where a lock keeps others away, a name that only tells executions apart. */
  execution: z.string().min(1),
  /** When it took the run, ISO 8601. */
  since: z.string(),
  /** Executions that worked on it before, the first one first. */
  before: z.array(z.string()),
});
export type RunOwner = z.infer<typeof RunOwner>;
