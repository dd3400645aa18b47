import { Aws, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { VARIABLE } from '../core/contracts/environment.ts';
import { JOB_KINDS, JOBS, type JobKind } from '../core/contracts/stages.ts';
import { EXIT_CODE } from '../core/errors.ts';
import { capitalised } from './names.ts';
import type { Storage } from './storage.ts';

export interface JobsProps {
  readonly storage: Storage;
  readonly image: ecs.ContainerImage;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** Attempts on one queue, Spot reclaims included. */
  readonly attempts: number;
  readonly logRetention: logs.RetentionDays;
}

/** The user of the worker image, said again for an image that names none. */
export const WORKER_UID = 10_001;
const USER = `${WORKER_UID}:${WORKER_UID}`;

/**
 * What Batch does when an attempt ends badly; the first rule that matches counts.
 * @see https://docs.aws.amazon.com/batch/latest/APIReference/API_EvaluateOnExit.html
 */
const RETRY_RULES = [
  batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.SPOT_INSTANCE_RECLAIMED),
  // CannotPullContainerError, CannotPullECRContainerError, CannotPullImageManifestError: Batch's own reason is the first alone.
  batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.custom({ onReason: 'CannotPull*' })),
  batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.custom({ onExitCode: String(EXIT_CODE.transient) })),
  // Stopped from outside, e.g. by a host that is drained; Batch itself gives no other attempt to a job it terminates.
  batch.RetryStrategy.of(batch.Action.RETRY, batch.Reason.custom({ onExitCode: String(EXIT_CODE.terminated) })),
  // Without a last EXIT rule Batch retries every failure that matched none.
  batch.RetryStrategy.of(batch.Action.EXIT, batch.Reason.custom({ onReason: '*' })),
];

/** One job definition per kind of job; all run the worker image and differ in the command's last word. */
export class Jobs extends Construct {
  public readonly definitions: Readonly<Record<JobKind, batch.EcsJobDefinition>>;
  /** What the worker may do: read inputs and write below `runs/`. */
  public readonly jobRole: iam.Role;
  /** What the ECS agent may do on a job's behalf: pull the image, write the log. */
  public readonly executionRole: iam.Role;
  /** Where workers write, one stream for each attempt. */
  public readonly log: logs.LogGroup;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: JobsProps,
  ) {
    super(scope, id);
    const assumedBy = new iam.ServicePrincipal('ecs-tasks.amazonaws.com');
    this.jobRole = new iam.Role(this, 'JobRole', { assumedBy, managedPolicies: [props.storage.access] });
    this.executionRole = new iam.Role(this, 'ExecutionRole', { assumedBy });
    this.log = new logs.LogGroup(this, 'Log', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const definitions = JOB_KINDS.map((kind) => [kind, this.definition(kind)] as const);
    this.definitions = Object.fromEntries(definitions) as Record<JobKind, batch.EcsJobDefinition>;
  }

  /** Names of the job definitions, without a revision. */
  public get names(): string[] {
    return JOB_KINDS.map((kind) => this.nameOf(kind));
  }

  private nameOf(kind: JobKind): string {
    return `${Stack.of(this).stackName}-${kind}`;
  }

  private definition(kind: JobKind): batch.EcsJobDefinition {
    const { storage, image, vcpus, memoryMiB, attempts } = this.props;
    return new batch.EcsJobDefinition(this, capitalised(kind), {
      jobDefinitionName: this.nameOf(kind),
      // A run that began before a deployment goes on, and is redriven, with the revision that it knows.
      skipDeregisterOnUpdate: true,
      retryAttempts: attempts,
      retryStrategies: RETRY_RULES,
      timeout: Duration.hours(JOBS[kind].hours),
      propagateTags: true,
      container: new batch.EcsEc2ContainerDefinition(this, `${kind}-container`, {
        image,
        command: ['node', 'worker.mjs', kind],
        cpu: vcpus,
        memory: Size.mebibytes(memoryMiB),
        ...(JOBS[kind].computes ? { gpu: 1 } : {}),
        environment: {
          [VARIABLE.store]: storage.root,
          // ECS on EC2 does not set it, and the SDK throws without one.
          AWS_REGION: Aws.REGION,
          TF_FORCE_GPU_ALLOW_GROWTH: 'true',
        },
        jobRole: this.jobRole,
        executionRole: this.executionRole,
        logging: ecs.LogDriver.awsLogs({ logGroup: this.log, streamPrefix: kind }),
        user: USER,
        readonlyRootFilesystem: true,
        // Reaps what a job leaves behind, and passes SIGTERM on.
        linuxParameters: new batch.LinuxParameters(this, `${kind}-linux`, { initProcessEnabled: true }),
        volumes: [batch.EcsVolume.host({ name: 'scratch', containerPath: '/tmp' })],
      }),
    });
  }
}
