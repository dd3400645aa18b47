import { awsFaultOf, awsNameOf, errorClassOf, statusOf } from '../aws-errors.ts';
import { UPLOADS } from '../contracts/keys.ts';
import { ConfigError, messageOf, OmnidistillError } from '../errors.ts';

/** The bucket answered that it holds no such object. */
export const isAbsent = (error: unknown): boolean =>
  ['NoSuchKey', 'NotFound'].includes(awsNameOf(error)) ||
  (statusOf(error) === 404 && awsNameOf(error) !== 'NoSuchBucket');

/**
 * A conditional write came too late.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const isConflict = (error: unknown): boolean =>
  ['PreconditionFailed', 'ConditionalRequestConflict'].includes(awsNameOf(error)) ||
  [409, 412].includes(statusOf(error) ?? 0);

/**
 * What an S3 error means for the person who named the bucket.
 * @param uri - `s3://bucket/key` of the object that was asked for
 * @returns ConfigError where only they can help, TransientError where another attempt may
 */
export const s3Error = (error: unknown, uri: string): OmnidistillError => {
  if (error instanceof OmnidistillError) return error;
  const options = { cause: error };
  const [name, said] = [awsNameOf(error), messageOf(error)];
  const bucket = uri.split('/')[2] ?? '';
  if (name === 'NoSuchBucket') return new ConfigError(`There is no bucket "${bucket}" (asked for ${uri}).`, options);
  if (name === 'PermanentRedirect' || statusOf(error) === 301) {
    return new ConfigError(`The bucket "${bucket}" is in another Region (asked for ${uri}).`, options);
  }
  const { kind, remedy } = awsFaultOf(error);
  if (kind === 'credentials') {
    return new ConfigError(`No valid AWS credentials for ${uri}: ${said.replace(/\.?$/, '.')} ${remedy}`, options);
  }
  if (kind === 'denied') return new ConfigError(deniedWords(said, uri, bucket), options);
  return new (errorClassOf(kind))(`${uri}: ${name}: ${said}${remedy === '' ? '' : ` ${remedy}`}`, options);
};

function deniedWords(said: string, uri: string, bucket: string): string {
  if (/kms:\w+|KMS/.test(said)) {
    const key = /arn:aws[\w-]*:kms:[\w:/-]+/.exec(said)?.[0] ?? 'a KMS key';
    return (
      `Access to ${uri} is denied: it is encrypted with ${key}, which this role may not use. Name the key in the ` +
      "stack's setting inputKeyArns, and let the key's own policy allow this account."
    );
  }
  return (
    `Access to ${uri} is denied. This role needs s3:ListBucket and s3:GetObject of the bucket "${bucket}" (for a run's own ` +
    "objects s3:PutObject too): name it in the stack's setting inputBuckets, and let the bucket's own policy allow it. " +
    `In the stack's own bucket, inputs are read below ${UPLOADS}/.`
  );
}
