import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { privateBucket } from './private-bucket.ts';

export interface LogBucketProps {
  /** Keeps the bucket when the stack is deleted. */
  readonly retain: boolean;
}

/** Long enough to look into something that was noticed late. */
const KEPT_DAYS = 90;

/** Where S3 writes who touched which object (`s3/`), and the network who talked to whom (`network/`). */
export class LogBucket extends Construct {
  public readonly bucket: s3.IBucket;

  public constructor(scope: Construct, id: string, { retain }: LogBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(retain),
      lifecycleRules: [{ id: 'old', expiration: Duration.days(KEPT_DAYS) }],
      // The cast: CDK declares optional members of its classes with `undefined` and those of its interfaces without.
    }) as s3.IBucket;
  }
}
