/** LocalStack cannot be installed, started or deployed to; the message says what is missing or what it said. */
export class LocalStackError extends Error {
  public override readonly name = 'LocalStackError';
}
