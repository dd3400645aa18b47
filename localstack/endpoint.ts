/** The one account and Region of the emulator. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

/**
 * What makes AWS's tools and SDKs talk to the emulator. S3 by the address: names such as BUCKET.localhost need not
 * resolve.
 */
export const clientEnvironment = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

/** Variables that would lead a tool to a real account. */
const REAL = ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'] as const;

/** This process's environment, turned to the emulator. */
export const emulatedEnvironment = (endpoint: string): Record<string, string> => {
  const entries = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const real: readonly string[] = REAL;
  return { ...Object.fromEntries(entries.filter(([name]) => !real.includes(name))), ...clientEnvironment(endpoint) };
};

/** The same as lines for a shell. */
export const exportLines = (endpoint: string): string[] => [
  `unset ${REAL.join(' ')}`,
  ...Object.entries(clientEnvironment(endpoint)).map(([name, value]) => `export ${name}=${value}`),
];
