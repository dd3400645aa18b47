import { Duration } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { instanceRole } from './instance-role.ts';
import { WORKER_UID } from './jobs.ts';
import type { Network } from './network.ts';

export interface ComputeProps {
  readonly network: Network;
  /** GPU instance types, e.g. `g4dn.xlarge`. */
  readonly instanceTypes: readonly string[];
  /** Most vCPUs of each of the two compute environments. */
  readonly maxvCpus: number;
  /** How long the job at the head of the Spot queue waits where Batch knows that it lacks capacity; 10 minutes to 24 hours. */
  readonly spotPatience: Duration;
  /** The same of the on-demand queue. */
  readonly onDemandPatience: Duration;
}

/** Room for the operating system, the worker image with CUDA, and scratch space. */
const ROOT_VOLUME_GIB = 100;

/** Jobs that cannot be placed at all are cancelled sooner than `Patience` would. */
const MISFITS = [
  batch.JobStateTimeLimitActionsReason.JOB_RESOURCE_REQUIREMENT,
  batch.JobStateTimeLimitActionsReason.COMPUTE_ENVIRONMENT_MAX_RESOURCE,
] as const;

/**
 * How long jobs may go on when a deployment changes their environment: the most that Batch takes. A training that is cut
 * goes on from its last state.
 * @see https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html
 */
const UPDATE_TIMEOUT = Duration.minutes(360);

/** GPU machines on Spot and on demand, a queue for each; none of them exists while no job waits. */
export class Compute extends Construct {
  public readonly spotQueue: batch.JobQueue;
  public readonly onDemandQueue: batch.JobQueue;
  /** Role of the machines, not of the jobs on them. */
  public readonly instanceRole: iam.Role;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ComputeProps,
  ) {
    super(scope, id);
    this.instanceRole = instanceRole(this, 'InstanceRole');
    const template = this.launchTemplate();
    // A job that finds no Spot capacity is cancelled, which sends it to the on-demand queue.
    this.spotQueue = this.queue('Spot', this.environment('Spot', true, template), props.spotPatience);
    this.onDemandQueue = this.queue('OnDemand', this.environment('OnDemand', false, template), props.onDemandPatience);
  }

  private launchTemplate(): ec2.LaunchTemplate {
    return new ec2.LaunchTemplate(this, 'LaunchTemplate', {
      requireImdsv2: true,
      httpTokens: ec2.LaunchTemplateHttpTokens.REQUIRED,
      httpPutResponseHopLimit: 1,
      userData: withoutMetadata(),
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: ec2.BlockDeviceVolume.ebs(ROOT_VOLUME_GIB, {
            encrypted: true,
            volumeType: ec2.EbsDeviceVolumeType.GP3,
            deleteOnTermination: true,
          }),
        },
      ],
    });
  }

  private environment(id: string, spot: boolean, template: ec2.LaunchTemplate): batch.IComputeEnvironment {
    const { network, instanceTypes, maxvCpus } = this.props;
    const environment = new batch.ManagedEc2EcsComputeEnvironment(this, `${id}Environment`, {
      vpc: network.vpc,
      vpcSubnets: network.subnets,
      securityGroups: [network.securityGroup],
      spot,
      minvCpus: 0,
      maxvCpus,
      useOptimalInstanceClasses: false,
      instanceTypes: instanceTypes.map((type) => new ec2.InstanceType(type)),
      images: [{ imageType: batch.EcsMachineImageType.ECS_AL2023_NVIDIA }],
      instanceRole: this.instanceRole,
      updateTimeout: UPDATE_TIMEOUT,
      // Machines get the patches of their image with the next deployment that changes anything about them.
      updateToLatestImageVersion: true,
      launchTemplate: template,
    });
    // CDK names the template without a version, and Batch then keeps the one it saw first (aws/aws-cdk#28137).
    (environment.node.defaultChild as batch.CfnComputeEnvironment).addPropertyOverride(
      'ComputeResources.LaunchTemplate.Version',
      template.latestVersionNumber,
    );
    return environment as batch.IComputeEnvironment;
  }

  private queue(id: string, environment: batch.IComputeEnvironment, patience: Duration): batch.JobQueue {
    return new batch.JobQueue(this, `${id}Queue`, {
      computeEnvironments: [{ computeEnvironment: environment, order: 1 }],
      jobStateTimeLimitActions: [
        { reason: batch.JobStateTimeLimitActionsReason.INSUFFICIENT_INSTANCE_CAPACITY, maxTime: patience },
        ...MISFITS.map((reason) => ({ reason, maxTime: Duration.minutes(10) })),
      ],
    });
  }
}

/**
 * Keeps the user of the containers from the machine's role. Batch runs jobs in the network of the machine, where a hop limit
 * keeps nobody out; the job's own role comes from another address (169.254.170.2). Batch takes MIME parts alone.
 * @see https://docs.aws.amazon.com/batch/latest/userguide/launch-templates.html
 */
function withoutMetadata(): ec2.MultipartUserData {
  const commands = ec2.UserData.forLinux();
  commands.addCommands(
    `iptables --insert OUTPUT --destination 169.254.169.254 --match owner --uid-owner ${WORKER_UID} --jump DROP`,
  );
  const userData = new ec2.MultipartUserData();
  userData.addPart(ec2.MultipartBody.fromUserData(commands));
  return userData;
}
