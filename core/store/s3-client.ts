import { S3Client } from '@aws-sdk/client-s3';

/** A connection that gives nothing for so long is dead. A tar that is read as fast as the net computes pauses for seconds. */
const IDLE_MS = 300_000;
const CONNECT_MS = 10_000;

export interface S3ClientOptions {
  /** @default the one of the environment or the profile */
  readonly region?: string | undefined;
  /**
   * Longest silence of a connection in milliseconds.
   * @default 300_000
   */
  readonly idleMs?: number;
}

/**
 * A client that tries five times, follows a bucket to its Region, and gives up a connection that hangs: by itself the SDK
 * waits for the rest of an object without end.
 */
export const makeS3Client = ({ region, idleMs = IDLE_MS }: S3ClientOptions = {}): S3Client => {
  // Emulators answer at one host name, so the bucket must stand in the path.
  const emulated = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
  return new S3Client({
    ...(region === undefined ? {} : { region }),
    maxAttempts: 5,
    followRegionRedirects: true,
    forcePathStyle: emulated !== undefined,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: idleMs },
  });
};
