import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SCRATCH_TAG } from '../core/contracts/keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { privateBucket } from './private-bucket.ts';

export interface StorageProps {
  /** Takes the access logs. */
  readonly logs: LogBucket;
  /** Keeps the bucket when the stack is deleted. */
  readonly retain: boolean;
  /** Days after which what only a running run needs is deleted. At least 15: a run can be redriven for 14. */
  readonly scratchDays: number;
  /** Names of further buckets that inputs are read from. */
  readonly inputBuckets: readonly string[];
  /** ARNs of the KMS keys of those buckets. */
  readonly inputKeyArns: readonly string[];
}

/** The bucket with everything a run reads and writes, and the one policy that lets jobs and functions use it. */
export class Storage extends Construct {
  public readonly bucket: s3.Bucket;
  /** Other people's buckets that are read. */
  public readonly inputs: readonly s3.IBucket[];
  /** Reads the bucket and the input buckets, writes below `runs/` alone, deletes nothing. */
  public readonly access: iam.ManagedPolicy;
  /** Where the runs lie, as their jobs and functions are told. */
  public readonly root: string;

  public constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...privateBucket(props.retain),
      versioned: true,
      serverAccessLogsBucket: props.logs.bucket,
      serverAccessLogsPrefix: 's3/',
      lifecycleRules: [
        {
          id: 'unfinished-uploads-and-old-versions',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
        },
        {
          // By tag: a lifecycle prefix has no wildcard, and `runs/*/round-*/shards/` would need two.
          id: 'scratch',
          tagFilters: { [SCRATCH_TAG.key]: SCRATCH_TAG.value },
          expiration: Duration.days(props.scratchDays),
          // A state of a training is written again every minute, and each time the one before becomes a version.
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
    });
    this.root = `s3://${this.bucket.bucketName}`;
    this.inputs = props.inputBuckets.map((name) => s3.Bucket.fromBucketName(this, `Input-${name}`, name));
    this.access = this.accessPolicy(props.inputKeyArns);
  }

  private accessPolicy(keyArns: readonly string[]): iam.ManagedPolicy {
    const readable = [this.bucket, ...this.inputs];
    const allow = (actions: string[], resources: string[]): iam.PolicyStatement =>
      new iam.PolicyStatement({ actions, resources });
    return new iam.ManagedPolicy(this, 'Access', {
      description: 'Read inputs, write below runs/.',
      statements: [
        allow(
          ['s3:ListBucket'],
          readable.map((bucket) => bucket.bucketArn),
        ),
        allow(
          ['s3:GetObject'],
          readable.map((bucket) => bucket.arnForObjects('*')),
        ),
        allow(
          ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
          [this.bucket.arnForObjects('runs/*')],
        ),
        ...(keyArns.length === 0 ? [] : [allow(['kms:Decrypt'], [...keyArns])]),
      ],
    });
  }
}
