import { BatchClient } from '@aws-sdk/client-batch';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { awsError } from '../../core/aws-errors.ts';
import { makeS3Client } from '../../core/store/s3-client.ts';

/** One of each for a command; they share the Region, and read AWS_ENDPOINT_URL like every SDK. */
export interface Clients {
  readonly region: string;
  readonly cloudFormation: CloudFormationClient;
  readonly stepFunctions: SFNClient;
  readonly batch: BatchClient;
  readonly s3: S3Client;
}

/** A person waits, and Step Functions throttles by the account: more patience than the SDK's three attempts. */
const ATTEMPTS = 8;

/**
 * @param region - left out, the one of the environment or the profile
 * @throws ConfigError where no Region is known
 */
export const openClients = async (region?: string): Promise<Clients> => {
  const config = { maxAttempts: ATTEMPTS, ...(region === undefined ? {} : { region }) };
  const s3 = makeS3Client({ region });
  const known = await s3.config.region().catch((error: unknown) => {
    throw awsError(error, 'find the Region');
  });
  return {
    region: known,
    cloudFormation: new CloudFormationClient(config),
    stepFunctions: new SFNClient(config),
    batch: new BatchClient(config),
    s3,
  };
};

/** Answers tell whole seconds, so a small difference of clocks is none. */
const SAME_CLOCK_MS = 60_000;

/** Milliseconds since 1970 by AWS's own clock, as far as its answers have told it: times of jobs are by that one. */
export const nowOnAws = ({ batch }: Clients): number => {
  const { systemClockOffset: offset } = batch.config;
  return Date.now() + (Math.abs(offset) < SAME_CLOCK_MS ? 0 : offset);
};
