/**
 * Exit codes are an interface: the job definitions' retry rules match on them.
 * `config` and `data` end the job, `transient` asks AWS Batch for another attempt.
 */
export const EXIT_CODE = { failure: 1, config: 64, data: 65, transient: 75, terminated: 143 } as const;

/** A job that ended so ends so on any machine: it is neither tried again nor moved to another queue. */
export const HOPELESS: readonly number[] = [EXIT_CODE.config, EXIT_CODE.data];

export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** Base of every error that a user is meant to read: says what was wrong, what was received and what to do. */
export class OmnidistillError extends Error {
  public override readonly name: string = 'OmnidistillError';
  public readonly exitCode: ExitCode = EXIT_CODE.failure;
}

/** The input, the configuration or a flag is not what is allowed; nothing was spent yet. */
export class ConfigError extends OmnidistillError {
  public override readonly name = 'ConfigError';
  public override readonly exitCode = EXIT_CODE.config;
}

/** The data as a whole cannot be used (an empty pool, a class with too few images, a leak). */
export class DataError extends OmnidistillError {
  public override readonly name = 'DataError';
  public override readonly exitCode = EXIT_CODE.data;
}

export interface ShardFault extends ErrorOptions {
  /** What is known about it, to follow "it". */
  readonly reason?: string | undefined;
}

/** A shard that no retry can repair. */
export class ShardUnreadableError extends OmnidistillError {
  public override readonly name = 'ShardUnreadableError';
  public readonly reason: string | undefined;
  public override readonly exitCode = EXIT_CODE.data;

  public constructor(
    public readonly uri: string,
    public readonly offset: number,
    { reason, ...options }: ShardFault = {},
  ) {
    const why = reason === undefined ? '' : `: it ${reason}`;
    super(`Shard ${uri} is unreadable at byte ${offset}${why}. Upload it again or take it out of the pool.`, options);
    this.reason = reason;
  }
}

/**
 * What jobs that are done had left is not there any more. A redrive of the execution would find it missing again, as it runs no job a
 * second time that has succeeded: an execution from the start does, where nothing says that the job is done.
 */
export class LostOutputError extends OmnidistillError {
  public override readonly name = 'LostOutputError';
  public override readonly exitCode = EXIT_CODE.data;
}

/** The store did not answer as it should; another attempt may succeed. */
export class TransientError extends OmnidistillError {
  public override readonly name = 'TransientError';
  public override readonly exitCode = EXIT_CODE.transient;
}

/** An error that a job or a function of a run reported elsewhere, under the name that it gave itself. */
export class ReportedError extends OmnidistillError {
  public constructor(
    public override readonly name: string,
    message: string,
    public override readonly exitCode: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** `error.message` of anything that was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const EXIT_CODES: ReadonlySet<number> = new Set(Object.values(EXIT_CODE));

/** A process's exit code as one of ours: anything else is a plain failure. */
export const exitCodeOf = (code: unknown): ExitCode =>
  typeof code === 'number' && EXIT_CODES.has(code) ? (code as ExitCode) : EXIT_CODE.failure;

/** Puts the name of an input's field before the message of a ConfigError or DataError; others stay what they are. */
export const inField = (field: string, error: unknown): unknown => {
  if (error instanceof ConfigError) return new ConfigError(`${field}: ${error.message}`, { cause: error });
  if (error instanceof DataError) return new DataError(`${field}: ${error.message}`, { cause: error });
  return error;
};

/** Items whose reading may fail because of an input: its errors name the input's field. */
export async function* withField<T>(field: string, items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw inField(field, error);
  }
}
