import { EXIT_CODE, type ExitCode, OmnidistillError } from '../core/errors.ts';

/** The synthesised template holds something that cannot run on this machine. */
export class TemplateError extends OmnidistillError {
  public override readonly name = 'TemplateError';
  public override readonly exitCode = EXIT_CODE.config;
}

/** An error that a job or a function of the run reported, under the name that it gave itself. */
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

/** The run was stopped from outside; what is done stays done. */
export class RunStoppedError extends OmnidistillError {
  public override readonly name = 'RunStoppedError';
  public override readonly exitCode = EXIT_CODE.terminated;
}

/**
 * What a state machine sees of a failure: `Error` is the name, `Cause` the message, as Step Functions has them.
 * The real error stays reachable for people.
 */
export class StateError extends Error {
  public override readonly name: string;

  public constructor(
    error: string,
    cause: string,
    public readonly reason: OmnidistillError,
  ) {
    super(cause, { cause: reason });
    this.name = error;
  }
}

const EXIT_CODES: ReadonlySet<number> = new Set(Object.values(EXIT_CODE));

/** A process's exit code as one of ours: anything else is a plain failure. */
export const exitCodeOf = (code: unknown): ExitCode =>
  typeof code === 'number' && EXIT_CODES.has(code) ? (code as ExitCode) : EXIT_CODE.failure;
