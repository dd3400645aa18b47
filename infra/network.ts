import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { addEndpoints } from './endpoints.ts';
import type { LogBucket } from './log-bucket.ts';
import type { Storage } from './storage.ts';

export interface NetworkProps {
  /** Takes the flow logs. */
  readonly logs: LogBucket;
  readonly storage: Storage;
  /** Subnets without a way to the internet, and the interface endpoints that machines then need. */
  readonly isolated: boolean;
  readonly flowLogs: boolean;
  readonly availabilityZones: number;
}

const TLS = ec2.Port.tcp(443);

/**
 * Subnets that nothing can be reached in: no NAT gateway (it costs while nothing runs), no ingress, and S3 through a
 * gateway endpoint, which is free. Machines in public subnets reach AWS by their own address, those in isolated ones by
 * interface endpoints.
 */
export class Network extends Construct {
  public readonly vpc: ec2.IVpc;
  /** Where machines are put. */
  public readonly subnets: ec2.SubnetSelection;
  /** Lets HTTPS out and nothing in. */
  public readonly securityGroup: ec2.SecurityGroup;

  public constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const subnetType = props.isolated ? ec2.SubnetType.PRIVATE_ISOLATED : ec2.SubnetType.PUBLIC;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: props.availabilityZones,
      natGateways: 0,
      subnetConfiguration: [
        props.isolated
          ? { name: 'isolated', subnetType, cidrMask: 19 }
          : { name: 'public', subnetType, cidrMask: 19, mapPublicIpOnLaunch: true },
      ],
      // The restriction is a custom resource with a Lambda of its own; nothing here uses the default group.
      restrictDefaultSecurityGroup: false,
      ...(props.flowLogs
        ? { flowLogs: { All: { destination: ec2.FlowLogDestination.toS3(props.logs.bucket, 'network/') } } }
        : {}),
    });
    // The cast: CDK declares optional members of its classes with `undefined` and those of its interfaces without.
    this.vpc = vpc as ec2.IVpc;
    this.subnets = { subnetType };
    this.securityGroup = new ec2.SecurityGroup(this, 'Workers', {
      vpc: this.vpc,
      description: 'Batch workers: no ingress, HTTPS out',
      allowAllOutbound: false,
    });
    this.securityGroup.addEgressRule(ec2.Peer.anyIpv4(), TLS, 'AWS APIs, S3 and the image registry');
    addEndpoints(this, { vpc, workers: this.securityGroup, storage: props.storage, isolated: props.isolated });
  }
}
