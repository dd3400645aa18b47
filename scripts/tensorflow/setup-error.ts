/** Something that a person can put right; printed without a stack. */
export class SetupError extends Error {
  public override readonly name = 'SetupError';
}
