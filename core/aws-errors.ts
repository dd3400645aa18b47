import { ConfigError, messageOf, OmnidistillError, TransientError } from './errors.ts';

/** What an error of an AWS API comes down to, whichever service answered. */
export interface AwsFault {
  readonly kind: 'credentials' | 'denied' | 'region' | 'clock' | 'busy' | 'network' | 'other';
  /** What the person who gave the command can do; empty where nobody knows. */
  readonly remedy: string;
}

/** The error's name as AWS gives it, e.g. `AccessDenied`; empty for what is no error. */
export const awsNameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** The HTTP status of the answer; `undefined` where there was none. */
export const statusOf = (error: unknown): number | undefined => {
  const metadata = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata;
  return metadata?.httpStatusCode;
};

const CREDENTIALS: readonly (readonly [names: RegExp, remedy: string])[] = [
  [/^(CredentialsProviderError|TokenProviderError)$/, 'Sign in, e.g. with `aws sso login`, or set AWS_PROFILE.'],
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, 'The credentials have expired: sign in again.'],
  [
    /^(InvalidToken|InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch)$/,
    'AWS does not know these credentials: check AWS_PROFILE and AWS_ACCESS_KEY_ID.',
  ],
];
/** Beyond what the SDK puts right by the time of AWS's own answer. */
const CLOCK = /^(RequestTimeTooSkewed|RequestInTheFuture)$/;
const DENIED = /^(AccessDenied|Forbidden|AllAccessDisabled)/;
const BUSY =
  /^(SlowDown|Throttl|TooManyRequests|RequestLimitExceeded|RequestTimeout|Timeout|ServiceUnavailable|Internal(Failure|Server|Error)|ServerException)/;
/** A connection that was refused or broke: there is no answer of AWS at all. */
const NETWORK = /^(E[A-Z_]+|ERR_STREAM_PREMATURE_CLOSE|UND_ERR_\w+)$/;

/** Whose fault an error of an AWS API is, and what helps. */
export const awsFaultOf = (error: unknown): AwsFault => {
  const [name, status] = [awsNameOf(error), statusOf(error)];
  const code = (error as { code?: unknown } | undefined)?.code;
  if (CLOCK.test(name) || /^Signature (expired|not yet current)/.test(messageOf(error))) {
    return { kind: 'clock', remedy: 'The clock of this machine is wrong: set it.' };
  }
  const remedy = CREDENTIALS.find(([names]) => names.test(name))?.[1];
  if (remedy !== undefined) return { kind: 'credentials', remedy };
  if (messageOf(error).includes('Region is missing')) {
    return { kind: 'region', remedy: 'Give --region, or set AWS_REGION.' };
  }
  if (BUSY.test(name) || (status !== undefined && (status === 429 || status >= 500))) {
    return { kind: 'busy', remedy: 'AWS is busy: try again.' };
  }
  if ((typeof code === 'string' && NETWORK.test(code)) || messageOf(error) === 'aborted') {
    return { kind: 'network', remedy: 'Check the network, --region, and AWS_ENDPOINT_URL where it is set.' };
  }
  if (DENIED.test(name) || status === 403) {
    return { kind: 'denied', remedy: 'Ask who owns the account to allow it.' };
  }
  return { kind: 'other', remedy: '' };
};

/**
 * What an error of an AWS API means for the person who gave the command.
 * @param doing - what could not be done, e.g. `start the run`
 * @returns ConfigError where only they can help, TransientError where trying again may
 */
export const awsError = (error: unknown, doing: string): OmnidistillError => {
  if (error instanceof OmnidistillError) return error;
  const { kind, remedy } = awsFaultOf(error);
  const name = awsNameOf(error);
  const words = messageOf(error).replace(/\.?$/, '.');
  const message = `Cannot ${doing}: ${name === 'Error' || name === '' ? '' : `${name}: `}${words} ${remedy}`.trimEnd();
  return new (errorClassOf(kind))(message, { cause: error });
};

/** By what may help: another try, the person, or nobody knows. */
export const errorClassOf = (kind: AwsFault['kind']): typeof OmnidistillError => {
  if (kind === 'other') return OmnidistillError;
  return kind === 'busy' || kind === 'network' ? TransientError : ConfigError;
};
