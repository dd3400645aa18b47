/**
 * List prices in US dollars of the Region us-east-1 (N. Virginia), as published in 2025, without any discount or free tier.
 * Prices change and differ by Region; the flags of `cost` override those that matter.
 */
export const PRICES = {
  /** An hour, Linux on-demand. @see https://aws.amazon.com/ec2/pricing/on-demand/ */
  instanceHour: {
    'g4dn.xlarge': 0.526,
    'g4dn.2xlarge': 0.752,
    'g5.xlarge': 1.006,
    'g5.2xlarge': 1.212,
    'g6.xlarge': 0.8048,
    'g6.2xlarge': 0.9776,
  } as Readonly<Record<string, number>>,
  /** A public IPv4 address; a machine has one. @see https://aws.amazon.com/vpc/pricing/ */
  addressHour: 0.005,
  /** A transition of a Standard workflow. @see https://aws.amazon.com/step-functions/pricing/ */
  transition: 0.025 / 1000,
  /** @see https://aws.amazon.com/s3/pricing/ */
  s3Put: 0.005 / 1000,
  s3Get: 0.0004 / 1000,
  s3GigabyteMonth: 0.023,
  /** gp3. @see https://aws.amazon.com/ebs/pricing/ */
  diskGigabyteMonth: 0.08,
  /** ARM. @see https://aws.amazon.com/lambda/pricing/ */
  lambdaGigabyteSecond: 0.0000133334,
  /** Ingestion into a log group. @see https://aws.amazon.com/cloudwatch/pricing/ */
  logGigabyte: 0.5,
  /** Flow logs, delivered to S3. @see https://aws.amazon.com/cloudwatch/pricing/ */
  flowLogGigabyte: 0.25,
  /** @see https://aws.amazon.com/xray/pricing/ */
  trace: 5 / 1e6,
  /** From one Region of the USA to another; others cost more. @see https://aws.amazon.com/s3/pricing/ */
  otherRegionGigabyte: 0.02,
} as const;

/** The Spot price as a share of the on-demand price: an assumption, it changes by the hour and the zone. */
export const SPOT_SHARE = 0.4;

/** The cheapest instance of the default settings, which the on-demand queue starts first. */
export const INSTANCE = 'g4dn.xlarge';

/** What the default settings allow at most: machines of both queues, of the dearest type, for as long as a run may last. */
export const WORST = { machines: 2 * (64 / 4), instance: 'g5.xlarge', hours: 168 } as const;
