import { ConfigError, messageOf, OmnidistillError, TransientError } from '../errors.ts';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

const statusOf = (error: unknown): number | undefined => {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
};

/** The bucket answered that it holds no such object. */
export const isAbsent = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes(nameOf(error)) || (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket');

const DENIED = ['AccessDenied', 'Forbidden', 'InvalidAccessKeyId', 'SignatureDoesNotMatch', 'AllAccessDisabled'];
const CREDENTIALS = ['CredentialsProviderError', 'ExpiredToken', 'TokenProviderError', 'InvalidToken'];

/** Throttling, a server's own fault, or a connection that broke (an error without any HTTP answer). */
const isPassing = (error: unknown): boolean => {
  const status = statusOf(error);
  const code = (error as { code?: unknown } | undefined)?.code;
  return (
    /^(SlowDown|Throttl|RequestTimeout|TimeoutError|TooManyRequests|RequestLimitExceeded)/.test(nameOf(error)) ||
    (status !== undefined && (status === 429 || status >= 500)) ||
    (typeof code === 'string' && /^(E[A-Z]+|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+)$/.test(code)) ||
    messageOf(error) === 'aborted'
  );
};

/**
 * What an S3 error means for the person who named the bucket.
 * @param uri - `s3://bucket/key` of the object that was asked for
 * @returns ConfigError where only they can help, TransientError where another attempt may
 */
export const s3Error = (error: unknown, uri: string): OmnidistillError => {
  if (error instanceof OmnidistillError) return error;
  const options = { cause: error };
  const name = nameOf(error);
  const bucket = uri.split('/')[2] ?? '';
  if (name === 'NoSuchBucket') return new ConfigError(`There is no bucket "${bucket}" (asked for ${uri}).`, options);
  if (CREDENTIALS.includes(name)) {
    return new ConfigError(`No valid AWS credentials for ${uri}: ${messageOf(error)}`, options);
  }
  if (/kms:\w+|KMS/.test(messageOf(error)) && (DENIED.includes(name) || statusOf(error) === 403)) {
    const key = /arn:aws[\w-]*:kms:[\w:/-]+/.exec(messageOf(error))?.[0] ?? 'a KMS key';
    return new ConfigError(
      `Access to ${uri} is denied: it is encrypted with ${key}, which this role may not use. Name the key in the ` +
        "stack's setting inputKeyArns, and let the key's own policy allow this account.",
      options,
    );
  }
  if (DENIED.includes(name) || statusOf(error) === 403) {
    return new ConfigError(
      `Access to ${uri} is denied. This role needs s3:ListBucket and s3:GetObject of the bucket "${bucket}" (for a run's own ` +
        "objects s3:PutObject too): name it in the stack's setting inputBuckets, and let the bucket's own policy allow it.",
      options,
    );
  }
  if (name === 'PermanentRedirect' || statusOf(error) === 301) {
    return new ConfigError(`The bucket "${bucket}" is in another Region (asked for ${uri}).`, options);
  }
  if (isPassing(error)) return new TransientError(`${uri}: ${name}: ${messageOf(error)}`, options);
  return new OmnidistillError(`${uri}: ${name}: ${messageOf(error)}`, options);
};
