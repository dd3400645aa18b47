import { BACKENDS, BackendName } from '../../contracts/stats.ts';
import { ConfigError } from '../../errors.ts';

/**
 * A backend's name as a person or a job definition gives it.
 * @param source - where it was written, e.g. `OMNIDISTILL_BACKEND`
 * @returns nothing where nothing was written: the fastest that works is taken
 * @throws ConfigError for any other word
 */
export const forcedBackend = (text: string | undefined, source: string): BackendName | undefined => {
  if (text === undefined || text === '') return undefined;
  const { data } = BackendName.safeParse(text);
  if (data === undefined) throw new ConfigError(`${source} must be one of ${BACKENDS.join(', ')}. Received ${text}.`);
  return data;
};
