import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * Public subnets that nothing can be reached in: no NAT gateway (it costs while nothing runs), no ingress, and S3
 * through a gateway endpoint, which is free.
 */
export class Network extends Construct {
  public readonly vpc: ec2.IVpc;
  /** Lets everything out and nothing in. */
  public readonly securityGroup: ec2.SecurityGroup;

  public constructor(scope: Construct, id: string) {
    super(scope, id);
    // The cast: CDK declares optional members of its classes with `undefined` and those of its interfaces without.
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      maxAzs: 3,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 20, mapPublicIpOnLaunch: true },
      ],
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      // The restriction is a custom resource with a Lambda of its own; nothing here uses the default group.
      restrictDefaultSecurityGroup: false,
    }) as ec2.IVpc;
    this.securityGroup = new ec2.SecurityGroup(this, 'Workers', {
      vpc: this.vpc,
      description: 'Batch workers: no ingress',
      allowAllOutbound: true,
    });
  }
}
