import { BACKENDS, BackendName, INFERENCES, InferenceName } from '../../contracts/stats.ts';
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

/**
 * What is to predict, as a person gives it.
 * @param source - where it was written
 * @returns nothing where nothing was written: the fastest that works is taken
 * @throws ConfigError for any other word
 */
export const forcedInference = (text: string | undefined, source: string): InferenceName | undefined => {
  if (text === undefined || text === '') return undefined;
  const { data } = InferenceName.safeParse(text);
  if (data === undefined) throw new ConfigError(`${source} must be one of ${INFERENCES.join(', ')}. Received ${text}.`);
  return data;
};
