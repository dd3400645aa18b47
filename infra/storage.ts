import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { runKey, SCRATCH_TAG, UPLOADS } from '../core/contracts/keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { privateBucket } from './private-bucket.ts';

export interface StorageProps {
  /** Takes the access logs. */
  readonly logs: LogBucket;
  /** Keeps the bucket when the stack is deleted. */
  readonly retain: boolean;
  /** Days after which what only a running run needs is deleted. At least 15: a run can be redriven for 14. */
  readonly scratchDays: number;
  /** Further buckets that inputs are read from, `BUCKET` or `BUCKET/PREFIX`. */
  readonly inputBuckets: readonly string[];
  /** ARNs of the KMS keys of those buckets. */
  readonly inputKeyArns: readonly string[];
}

/** The bucket with everything a run reads and writes, and the one policy that lets jobs and functions use it. */
export class Storage extends Construct {
  public readonly bucket: s3.Bucket;
  /** ARNs of the buckets that are listed: without the right to, S3 says that an object is denied where there is none. */
  public readonly listed: readonly string[];
  /** ARNs of the objects that are read: in the bucket uploads and runs, and what was named of others. */
  public readonly read: readonly string[];
  /** Reads inputs, writes below `runs/` alone, deletes nothing. */
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
    const others = new Map<string, s3.IBucket>();
    const inputs = props.inputBuckets.map((place) => {
      const [, name, prefix] = /^([^/]+)\/?(.*?)\/?$/.exec(place)!;
      const bucket = others.get(name!) ?? s3.Bucket.fromBucketName(this, `Input-${name}`, name!);
      others.set(name!, bucket);
      return { bucket, prefix };
    });
    this.listed = [this.bucket, ...others.values()].map((bucket) => bucket.bucketArn);
    this.read = [
      ...objectsBelow(this.bucket, UPLOADS),
      this.bucket.arnForObjects(runKey('*')),
      ...inputs.flatMap(({ bucket, prefix }) => objectsBelow(bucket, prefix)),
    ];
    this.access = this.accessPolicy(props.inputKeyArns);
  }

  private accessPolicy(keyArns: readonly string[]): iam.ManagedPolicy {
    const allow = (actions: string[], resources: string[]): iam.PolicyStatement =>
      new iam.PolicyStatement({ actions, resources });
    return new iam.ManagedPolicy(this, 'Access', {
      description: 'Read inputs, write below runs/.',
      statements: [
        allow(['s3:ListBucket'], [...this.listed]),
        allow(['s3:GetObject'], [...this.read]),
        allow(
          ['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'],
          [this.bucket.arnForObjects(runKey('*'))],
        ),
        ...(keyArns.length === 0 ? [] : [allow(['kms:Decrypt'], [...keyArns])]),
      ],
    });
  }
}

/** What lies below a prefix, and an object that is called like it: whether there is one is asked before it is listed. */
function objectsBelow(bucket: Pick<s3.IBucket, 'arnForObjects'>, prefix = ''): string[] {
  return prefix === '' ? [bucket.arnForObjects('*')] : [prefix, `${prefix}/*`].map((key) => bucket.arnForObjects(key));
}
