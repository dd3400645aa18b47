import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { JOB_KINDS } from '../../core/contracts/stages.ts';
import { templateWith } from './synthesised.ts';

const template = templateWith();

interface JobDefinition {
  Properties: {
    ContainerProperties: { Command: string[]; JobRoleArn: unknown; ExecutionRoleArn: unknown; [key: string]: unknown };
    RetryStrategy: unknown;
    Timeout: { AttemptDurationSeconds: number };
  };
}
const jobDefinitions = (of: Template): JobDefinition[] =>
  Object.values(of.findResources('AWS::Batch::JobDefinition')) as unknown as JobDefinition[];

const STORE = { 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp('^StorageBucket') }]] };

describe('machines', () => {
  it.each([
    ['SPOT', 'SPOT_PRICE_CAPACITY_OPTIMIZED'],
    ['EC2', 'BEST_FIT_PROGRESSIVE'],
  ])('of type %s are GPU instances of the settings, with drivers, and bounded', (Type, AllocationStrategy) => {
    const own = templateWith({ instanceTypes: ['g5.2xlarge'], maxvCpus: 16 });
    own.hasResourceProperties('AWS::Batch::ComputeEnvironment', {
      ComputeResources: {
        Type,
        AllocationStrategy,
        InstanceTypes: ['g5.2xlarge'],
        MaxvCpus: 16,
        Ec2Configuration: [{ ImageType: 'ECS_AL2023_NVIDIA' }],
        // Without a version Batch would stay with the first one.
        LaunchTemplate: { Version: { 'Fn::GetAtt': [Match.anyValue(), 'LatestVersionNumber'] } },
      },
    });
  });

  it('answer metadata requests with a session token only, and encrypt their disk', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        MetadataOptions: { HttpTokens: 'required' },
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 100 } },
        ],
      },
    });
  });

  it('keep their own role from the user of the containers, which are in the network of the machine', () => {
    const [launch] = Object.values(template.findResources('AWS::EC2::LaunchTemplate'));
    const { UserData } = (launch as { Properties: { LaunchTemplateData: { UserData: unknown } } }).Properties
      .LaunchTemplateData;
    const text = JSON.stringify(UserData);
    // Batch takes no other form: the environment would become INVALID (aws/aws-cdk#6427).
    expect(text).toContain('Content-Type: multipart/mixed');
    expect(text).toMatch(/iptables --insert OUTPUT --destination 169\.254\.169\.254 .*--uid-owner 10001 --jump DROP/);
    for (const { Properties } of jobDefinitions(template)) {
      expect(Properties.ContainerProperties).toMatchObject({ User: '10001:10001' });
    }
  });

  it('let jobs end when a deployment changes their environment, and get patches with it', () => {
    template.allResourcesProperties('AWS::Batch::ComputeEnvironment', {
      // 360 is the most: https://docs.aws.amazon.com/batch/latest/APIReference/API_UpdatePolicy.html
      UpdatePolicy: { JobExecutionTimeoutMinutes: 360 },
      ReplaceComputeEnvironment: false,
      ComputeResources: { UpdateToLatestImageVersion: true },
    });
  });

  it('cannot be reached from outside', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.allResourcesProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  });

  it('are waited for by each job on its own clock, whatever the reason, as long as the settings say', () => {
    const patient = templateWith({ spotPatienceMinutes: 45, onDemandPatienceMinutes: 90 });
    const [rule] = Object.values(
      patient.findResources('AWS::Events::Rule', { Properties: { ScheduleExpression: 'rate(5 minutes)' } }),
    );
    const [target] = (rule as { Properties: { Targets: { Arn: unknown; Input: unknown }[] } }).Properties.Targets;
    expect(JSON.stringify(target!.Arn)).toContain('FunctionsUnblock');
    const input = JSON.stringify(target!.Input).replaceAll('\\', '');
    expect(input).toMatch(/SpotQueue.*"minutes":45.*OnDemandQueue.*"minutes":90/);
  });

  it('are not waited for without end where Batch knows why, even if nobody looks', () => {
    template.allResourcesProperties('AWS::Batch::JobQueue', {
      JobStateTimeLimitActions: Match.arrayWith([
        Match.objectLike({ Reason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY', State: 'RUNNABLE', Action: 'CANCEL' }),
      ]),
    });
  });
});

describe('job definitions', () => {
  it('are one for each kind, told apart by the last word of the command', () => {
    const commands = jobDefinitions(template).map(({ Properties }) => Properties.ContainerProperties.Command);
    expect(commands.sort()).toEqual(JOB_KINDS.map((kind) => ['node', 'worker.mjs', kind]).sort());
  });

  it('retry a Spot reclaim, a failed pull, exit 75 and a job that was stopped, and nothing else', () => {
    for (const { Properties } of jobDefinitions(templateWith({ attempts: 3 }))) {
      expect(Properties.RetryStrategy).toEqual({
        Attempts: 3,
        EvaluateOnExit: [
          { Action: 'RETRY', OnStatusReason: 'Host EC2*' },
          { Action: 'RETRY', OnReason: 'CannotPull*' },
          { Action: 'RETRY', OnExitCode: '75' },
          { Action: 'RETRY', OnExitCode: '143' },
          { Action: 'EXIT', OnReason: '*' },
        ],
      });
    }
  });

  it('run with a role of their own on a read-only file system, write to /tmp, and stop when they hang', () => {
    for (const { Properties } of jobDefinitions(template)) {
      const { JobRoleArn, ExecutionRoleArn, ...container } = Properties.ContainerProperties;
      expect(JobRoleArn).not.toEqual(ExecutionRoleArn);
      expect(container).toMatchObject({
        ReadonlyRootFilesystem: true,
        LinuxParameters: { InitProcessEnabled: true },
        MountPoints: [{ ContainerPath: '/tmp', SourceVolume: 'scratch' }],
        Volumes: [{ Name: 'scratch' }],
      });
      expect(container).not.toHaveProperty('Privileged');
      expect(Properties.Timeout.AttemptDurationSeconds).toBeGreaterThanOrEqual(3600);
    }
  });

  it('ask for a GPU, except the one that only decodes', () => {
    const kinds = jobDefinitions(template)
      .map(({ Properties }) => Properties.ContainerProperties)
      .filter(({ ResourceRequirements }) => JSON.stringify(ResourceRequirements).includes('"GPU"'))
      .map(({ Command }) => Command.at(-1));
    expect(kinds.sort()).toEqual(['compare', 'distill', 'evaluate', 'label', 'mine', 'pretrain', 'privacy', 'train']);
  });

  it('know the store and the Region, which ECS does not tell them', () => {
    template.allResourcesProperties('AWS::Batch::JobDefinition', {
      ContainerProperties: {
        Environment: Match.arrayWith([
          { Name: 'OMNIDISTILL_STORE', Value: STORE },
          { Name: 'AWS_REGION', Value: { Ref: 'AWS::Region' } },
        ]),
      },
    });
  });

  it('take an image that exists in place of the one that deployment would build', () => {
    templateWith({ imageUri: 'registry.example/omnidistill:1' }).allResourcesProperties('AWS::Batch::JobDefinition', {
      ContainerProperties: { Image: 'registry.example/omnidistill:1' },
    });
  });
});

describe('a deployment while a run goes on', () => {
  it('leaves the run the functions and job definitions that it began with', () => {
    const called = JSON.stringify(template.findResources('AWS::StepFunctions::StateMachine'));
    const versions = template.findResources('AWS::Lambda::Version');
    for (const name of ['Plan', 'Aggregate', 'Decide', 'Publish', 'Refuse']) {
      const [id] = Object.keys(versions).filter((version) => version.startsWith(`Functions${name}`));
      expect(versions[id!]).toMatchObject({ DeletionPolicy: 'Retain' });
      expect(called).toContain(`"Ref":"${id}"`);
      // The function itself is named nowhere: its code is the newest.
      expect(called).not.toMatch(new RegExp(`"Functions${name}[0-9A-F]{8}"`));
    }
    expect(called).toContain('"Ref":"JobsMine');
  });
});

describe('functions', () => {
  it('are six, know the store and have the longest time there is', () => {
    template.resourceCountIs('AWS::Lambda::Function', 6);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Timeout: 900,
      Environment: { Variables: { OMNIDISTILL_STORE: STORE } },
    });
  });
});

describe('the bucket', () => {
  it('is private, encrypted, versioned, and outlives the stack', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: Match.anyValue(),
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('goes with the stack when the settings say so', () => {
    templateWith({ retainBucket: false }).hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('forgets scratch after the 14 days in which a run can be redriven', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ ExpiredObjectDeleteMarker: true, NoncurrentVersionExpiration: { NoncurrentDays: 30 } }),
          Match.objectLike({
            ExpirationInDays: 30,
            // A state of a training is written again every minute; each would stay for a month, and its marker for ever.
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            TagFilters: [{ Key: 'omnidistill:scratch', Value: 'true' }],
          }),
        ]),
      },
    });
  });
});

describe('a run', () => {
  it('is logged where a log takes no room in the resource policy of the account', () => {
    const names = Object.values(template.findResources('AWS::Logs::LogGroup')).flatMap(
      ({ Properties }) => (Properties as { LogGroupName?: string }).LogGroupName ?? [],
    );
    expect(names).toEqual(['/aws/vendedlogs/states/Omnidistill']);
  });

  it('is bounded, traced and logged', () => {
    templateWith({ runTimeoutHours: 2 }).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      DefinitionString: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('"TimeoutSeconds":7200')])] },
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: true },
    });
  });
});
