import { ConfigError, messageOf, OmnidistillError, TransientError } from '../../core/errors.ts';

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** The run that was watched did not succeed. */
export class RunFailedError extends OmnidistillError {
  public override readonly name = 'RunFailedError';
}

/** What only the person at the keyboard can mend, by the words of AWS. */
const REMEDIES: readonly (readonly [names: RegExp, words: RegExp, remedy: string])[] = [
  [/./, /Region is missing/, 'Give --region, or set AWS_REGION.'],
  [/^(CredentialsProviderError|TokenProviderError)$/, /./, 'Sign in, e.g. with `aws sso login`, or set AWS_PROFILE.'],
  [/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/, /./, 'The credentials have expired: sign in again.'],
  [
    /^(InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch)$/,
    /./,
    'AWS does not know these credentials: check AWS_PROFILE and AWS_ACCESS_KEY_ID.',
  ],
  [/^AccessDenied/, /./, 'Ask who owns the account to allow it.'],
];

const PASSING = /^(Throttl|TooManyRequests|ServiceUnavailable|InternalFailure|InternalServer|ServerException|Timeout)/;
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT)$/;

/**
 * What an error of an AWS API means for the person who gave the command.
 * @param doing - what could not be done, e.g. `start the run`
 * @returns ConfigError where only they can help, TransientError where trying again may
 */
export const awsError = (error: unknown, doing: string): OmnidistillError => {
  if (error instanceof OmnidistillError) return error;
  const [name, words, options] = [nameOf(error), messageOf(error), { cause: error }];
  const said = `Cannot ${doing}: ${name === 'Error' || name === '' ? '' : `${name}: `}${words.replace(/\.?$/, '.')}`;
  const remedy = REMEDIES.find(([names, pattern]) => names.test(name) && pattern.test(words))?.[2];
  if (remedy !== undefined) return new ConfigError(`${said} ${remedy}`, options);
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && UNREACHABLE.test(code)) {
    return new TransientError(`${said} Check the network, --region, and AWS_ENDPOINT_URL where it is set.`, options);
  }
  if (PASSING.test(name)) return new TransientError(`${said} AWS is busy: try again.`, options);
  return new OmnidistillError(said, options);
};
