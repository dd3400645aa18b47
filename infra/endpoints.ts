import { Aws } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Storage } from './storage.ts';

export interface EndpointsProps {
  readonly vpc: ec2.Vpc;
  /** The group that may use interface endpoints. */
  readonly workers: ec2.SecurityGroup;
  readonly storage: Storage;
  readonly isolated: boolean;
}

/**
 * What an ECS container instance talks to beside S3.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
const SERVICES = {
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrDocker: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Ecs: ec2.InterfaceVpcEndpointAwsService.ECS,
  EcsAgent: ec2.InterfaceVpcEndpointAwsService.ECS_AGENT,
  EcsTelemetry: ec2.InterfaceVpcEndpointAwsService.ECS_TELEMETRY,
} as const;

/** The free gateway to S3; in an isolated network also the interface endpoints, and a gateway to known buckets alone. */
export const addEndpoints = (scope: Construct, { vpc, workers, storage, isolated }: EndpointsProps): void => {
  const gateway = vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  if (!isolated) return;
  for (const statement of knownBuckets(storage)) gateway.addToPolicy(statement);
  const securityGroup = new ec2.SecurityGroup(scope, 'Endpoints', {
    vpc: vpc as ec2.IVpc,
    description: 'Interface endpoints: HTTPS from the workers',
    allowAllOutbound: false,
  });
  securityGroup.addIngressRule(workers, ec2.Port.tcp(443), 'Batch workers');
  for (const [id, service] of Object.entries(SERVICES)) {
    const endpoint = vpc.addInterfaceEndpoint(id, {
      service,
      securityGroups: [securityGroup],
      open: false,
      privateDnsEnabled: true,
    });
    if (id === 'Logs') endpoint.addToPolicy(ofThisAccount());
  }
};

/** Credentials that a hostile image brings along are of no use: nothing is written to a log of somebody else. */
function ofThisAccount(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    principals: [new iam.AnyPrincipal()],
    actions: ['logs:*'],
    resources: ['*'],
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } },
  });
}

/** Nothing that a hostile image makes a worker do can carry data to a bucket of somebody else. */
function knownBuckets({ bucket, listed, read }: Storage): iam.PolicyStatement[] {
  const allow = (actions: string[], resources: string[]): iam.PolicyStatement =>
    new iam.PolicyStatement({ principals: [new iam.AnyPrincipal()], actions, resources });
  return [
    allow(['s3:ListBucket'], [...listed]),
    allow(
      ['s3:GetObject'],
      [
        ...read,
        // Layers of images in ECR. https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
        `arn:${Aws.PARTITION}:s3:::prod-${Aws.REGION}-starport-layer-bucket/*`,
      ],
    ),
    allow(['s3:PutObject', 's3:PutObjectTagging', 's3:AbortMultipartUpload'], [bucket.arnForObjects('runs/*')]),
  ];
}
