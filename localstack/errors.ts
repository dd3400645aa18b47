import { EXIT_CODE, OmnidistillError } from '../core/errors.ts';

/** LocalStack cannot be installed, started or deployed to; the message says what is missing or what it said. */
export class LocalStackError extends Error {
  public override readonly name = 'LocalStackError';
}

/** A request that AWS Batch would refuse. @see https://docs.aws.amazon.com/batch/latest/APIReference/CommonErrors.html */
export class ClientException extends OmnidistillError {
  public override readonly name = 'ClientException';
  public override readonly exitCode = EXIT_CODE.config;
  /** HTTP status of the answer. */
  public readonly status = 400;
}
