import { describe, expect, it } from 'vitest';
import { awsError } from '../../../core/aws-errors.ts';
import { ConfigError, OmnidistillError, TransientError } from '../../../core/errors.ts';
import { s3Error } from '../../../core/store/s3-errors.ts';

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });
const answered = (status: number): object => ({ $metadata: { httpStatusCode: status } });

describe.each([
  ['a command', (error: unknown) => awsError(error, 'start the run')],
  ['a job that reads a bucket', (error: unknown) => s3Error(error, 's3://faces/pool/0.tar')],
])('an error of AWS in %s', (_where, translate) => {
  it.each([
    [named('CredentialsProviderError', 'Could not load credentials'), ConfigError, /aws sso login/],
    [named('ExpiredTokenException', 'The token is expired'), ConfigError, /sign in again/],
    [named('ExpiredToken', 'The token is expired', answered(400)), ConfigError, /sign in again/],
    [named('UnrecognizedClientException', 'The token is invalid.'), ConfigError, /AWS_PROFILE/],
    [named('InvalidAccessKeyId', 'It does not exist.', answered(403)), ConfigError, /AWS_PROFILE/],
    [named('AccessDeniedException', 'not authorized to perform: states:StartExecution'), ConfigError, /allow it/],
    [named('Forbidden', 'UnknownError', answered(403)), ConfigError, /allow it/],
    [named('ThrottlingException', 'Rate exceeded'), TransientError, /try again/],
    [
      named('RequestTimeTooSkewed', 'The difference is too large.', answered(403)),
      ConfigError,
      /clock of this machine/,
    ],
    [named('InvalidSignatureException', 'Signature expired: 1 is now earlier than 2'), ConfigError, /clock of this/],
    [named('SlowDown', 'Please reduce your request rate.', answered(503)), TransientError, /try again/],
    [named('Unknown', 'UnknownError', answered(502)), TransientError, /try again/],
    [named('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }), TransientError, /AWS_ENDPOINT_URL/],
    [named('Error', 'getaddrinfo EAI_AGAIN', { code: 'EAI_AGAIN' }), TransientError, /network/],
    [named('Error', 'aborted'), TransientError, /network/],
  ])('%s: says what to do, and whether trying again may help', (error, kind, words) => {
    const said = translate(error);
    expect(said).toBeInstanceOf(kind);
    expect(said.message).toMatch(words);
    expect(said.cause).toBe(error);
  });

  it('is told as it came where nobody knows what it means, and stays what it is where it was told before', () => {
    const said = translate(named('NewException', 'Something new.'));
    expect([said.constructor, said.message.includes('NewException: Something new.')]).toEqual([OmnidistillError, true]);
    expect(translate(said)).toBe(said);
  });
});

it('a command without a Region says how to give one', () => {
  expect(awsError(new Error('Region is missing'), 'find the Region').message).toBe(
    'Cannot find the Region: Region is missing. Give --region, or set AWS_REGION.',
  );
});
