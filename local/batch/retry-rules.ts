/** How an attempt ended, in the words of AWS Batch. */
export interface AttemptOutcome {
  readonly exitCode?: number;
  /** Why the container ended, e.g. `OutOfMemoryError: ...`. */
  readonly reason?: string;
  /** Why the job changed its state, e.g. `Host EC2 (instance i-0) terminated.` */
  readonly statusReason?: string;
}

/** One entry of `evaluateOnExit`: every condition that is present must match. */
export interface RetryRule {
  readonly action: 'RETRY' | 'EXIT';
  readonly onExitCode?: string | undefined;
  readonly onReason?: string | undefined;
  readonly onStatusReason?: string | undefined;
}

/**
 * Whether AWS Batch would start another attempt after a failed one.
 * @param attempts - attempts allowed in all, the first included
 * @param attempt - number of the attempt that has failed, from 1
 * @param rules - read in order, the first match decides; where none matches, the job is retried
 * @see https://docs.aws.amazon.com/batch/latest/userguide/job_retries.html
 */
export const shouldRetry = (
  attempts: number,
  attempt: number,
  rules: readonly RetryRule[],
  outcome: AttemptOutcome,
): boolean => {
  if (attempt >= attempts) return false;
  const rule = rules.find(
    ({ onExitCode, onReason, onStatusReason }) =>
      matches(onExitCode, outcome.exitCode) &&
      matches(onReason, outcome.reason) &&
      matches(onStatusReason, outcome.statusReason),
  );
  return rule?.action !== 'EXIT';
};

/** A pattern may end in `*`: then only its start must match. A missing value counts as empty. */
function matches(pattern: string | undefined, value: string | number | undefined): boolean {
  if (pattern === undefined) return true;
  const text = String(value ?? '');
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}
