import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SCRATCH_TAG } from '../core/contracts/keys.ts';

export interface StorageProps {
  /** Keeps the bucket when the stack is deleted. */
  readonly retain: boolean;
  /** Names of further buckets that inputs are read from. */
  readonly inputBuckets: readonly string[];
}

/** The bucket with everything a run reads and writes, and the one policy that lets jobs and functions use it. */
export class Storage extends Construct {
  public readonly bucket: s3.Bucket;
  /** Reads the bucket and the input buckets, writes below `runs/` alone, deletes nothing. */
  public readonly access: iam.ManagedPolicy;
  /** Value of `OMNIDISTILL_STORE` on AWS. */
  public readonly root: string;

  public constructor(scope: Construct, id: string, props: StorageProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: props.retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      lifecycleRules: [
        {
          id: 'unfinished-uploads-and-old-versions',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          noncurrentVersionExpiration: Duration.days(30),
        },
        {
          // By tag: a lifecycle prefix has no wildcard, and `runs/*/round-*/shards/` would need two. A redrive is
          // possible for 14 days, so scratch outlives it.
          id: 'scratch',
          tagFilters: { [SCRATCH_TAG.key]: SCRATCH_TAG.value },
          expiration: Duration.days(30),
        },
      ],
    });
    this.root = `s3://${this.bucket.bucketName}`;
    const inputs = props.inputBuckets.map((name) => s3.Bucket.fromBucketName(this, `Input-${name}`, name));
    this.access = new iam.ManagedPolicy(this, 'Access', {
      description: 'Read inputs, write below runs/.',
      statements: [
        new iam.PolicyStatement({
          actions: ['s3:ListBucket'],
          resources: [this.bucket, ...inputs].map((bucket) => bucket.bucketArn),
        }),
        new iam.PolicyStatement({
          actions: ['s3:GetObject'],
          resources: [this.bucket, ...inputs].map((bucket) => bucket.arnForObjects('*')),
        }),
        new iam.PolicyStatement({
          actions: ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
          resources: [this.bucket.arnForObjects('runs/*')],
        }),
      ],
    });
  }
}
