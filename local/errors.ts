import { EXIT_CODE, OmnidistillError } from '../core/errors.ts';

/** The synthesised template holds something that cannot run on this machine. */
export class TemplateError extends OmnidistillError {
  public override readonly name = 'TemplateError';
  public override readonly exitCode = EXIT_CODE.config;
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
