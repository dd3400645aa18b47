import {
  ConfigError,
  DataError,
  messageOf,
  OmnidistillError,
  ShardUnreadableError,
  TransientError,
} from '../../errors.ts';

/** An error as plain data: between threads only the built-in classes would keep theirs. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: ErrorRecord | undefined;
  /** What a ShardUnreadableError knows. */
  readonly shard?: Readonly<Pick<ShardUnreadableError, 'uri' | 'offset' | 'reason'>> | undefined;
}

/** Longest chain of causes that is handed on; a chain may be a circle. */
const MOST_CAUSES = 10;

/** Anything that was thrown, as data. */
export const toRecord = (error: unknown, causes = MOST_CAUSES): ErrorRecord => {
  if (!(error instanceof Error)) return { name: 'Error', message: messageOf(error) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    stack,
    ...(cause === undefined || causes === 0 ? {} : { cause: toRecord(cause, causes - 1) }),
    ...(error instanceof ShardUnreadableError
      ? { shard: { uri: error.uri, offset: error.offset, reason: error.reason } }
      : {}),
  };
};

/** By name: the exit code, on which the job definitions' retry rules match, is the class's. */
const CLASSES: Readonly<Record<string, new (message: string, options?: ErrorOptions) => OmnidistillError>> = {
  ConfigError,
  DataError,
  TransientError,
  OmnidistillError,
};

/** The error that a record was made of: class, message, exit code, cause and the stack of where it was thrown. */
export const fromRecord = ({ name, message, stack, cause, shard }: ErrorRecord): Error => {
  const options = cause === undefined ? {} : { cause: fromRecord(cause) };
  const Class = CLASSES[name];
  let error: Error;
  if (shard !== undefined)
    error = new ShardUnreadableError(shard.uri, shard.offset, { ...options, reason: shard.reason });
  else if (Class !== undefined) error = new Class(message, options);
  else error = Object.assign(new Error(message, options), { name });
  if (stack !== undefined) error.stack = stack;
  return error;
};
