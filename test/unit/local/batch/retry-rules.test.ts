import { describe, expect, it } from 'vitest';
import { type RetryRule, shouldRetry } from '../../../../local/batch/retry-rules.ts';

const rules: RetryRule[] = [
  { action: 'RETRY', onStatusReason: 'Host EC2*' },
  { action: 'RETRY', onReason: 'CannotPullContainerError:*' },
  { action: 'RETRY', onExitCode: '75' },
  { action: 'EXIT', onReason: '*' },
];
const exited = 'Essential container in task exited';

describe('Function: shouldRetry', () => {
  it.each([
    ['a Spot reclaim', { exitCode: 137, statusReason: 'Host EC2 (instance i-1) terminated.' }, true],
    ['a failed pull', { reason: 'CannotPullContainerError: timeout' }, true],
    ['the transient exit code', { exitCode: 75, statusReason: exited }, true],
    ['a code that only starts the same', { exitCode: 751, statusReason: exited }, false],
    ['bad data', { exitCode: 65, statusReason: exited }, false],
    ['a crash without a reason', { exitCode: 139 }, false],
    ['a crash with a reason', { exitCode: 137, reason: 'OutOfMemoryError: Container killed' }, false],
  ])('decides %s as AWS Batch does', (_, outcome, expected) => {
    expect(shouldRetry(5, 1, rules, outcome)).toBe(expected);
  });

  it('retries up to the last attempt and not beyond', () => {
    expect(shouldRetry(3, 2, rules, { exitCode: 75 })).toBe(true);
    expect(shouldRetry(3, 3, rules, { exitCode: 75 })).toBe(false);
    expect(shouldRetry(1, 1, rules, { exitCode: 75 })).toBe(false);
  });

  it('retries what no rule matches, and everything where there are no rules', () => {
    expect(shouldRetry(2, 1, rules.slice(0, 3), { exitCode: 1, statusReason: exited })).toBe(true);
    expect(shouldRetry(2, 1, [], { exitCode: 1 })).toBe(true);
  });

  it('needs every condition of a rule, and takes the first rule that matches', () => {
    const both: RetryRule[] = [{ action: 'EXIT', onExitCode: '1*', onReason: 'Out*' }];
    expect(shouldRetry(2, 1, both, { exitCode: 137, reason: 'OutOfMemory' })).toBe(false);
    expect(shouldRetry(2, 1, both, { exitCode: 137, reason: 'Other' })).toBe(true);
    expect(shouldRetry(2, 1, both, { exitCode: 2, reason: 'OutOfMemory' })).toBe(true);
    const ordered: RetryRule[] = [
      { action: 'RETRY', onExitCode: '1' },
      { action: 'EXIT', onExitCode: '1' },
    ];
    expect(shouldRetry(2, 1, ordered, { exitCode: 1 })).toBe(true);
  });
});
