import { describe, expect, it } from 'vitest';
import { rightsIn, trustIn, written } from './rights.ts';
import { templateWith } from './synthesised.ts';

const template = templateWith();

/** Rights on everything, which only stand where AWS knows no narrower resource; the page says so. */
const WILDCARDS: Readonly<Record<string, string>> = {
  'ecr:GetAuthorizationToken':
    'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html',
  ...Object.fromEntries(
    [
      ...['ec2:DescribeTags', 'ecs:DeregisterContainerInstance', 'ecs:DiscoverPollEndpoint', 'ecs:Poll'],
      ...['ecs:RegisterContainerInstance', 'ecs:StartTelemetrySession', 'ecs:SubmitAttachmentStateChanges'],
      ...['ecs:SubmitContainerStateChange', 'ecs:SubmitTaskStateChange', 'ecs:TagResource'],
      'ecs:UpdateContainerInstancesState',
    ].map((action) => [
      action,
      'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-awsmanpol.html: Batch names the cluster',
    ]),
  ),
  'batch:DescribeJobs': 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html',
  'batch:ListJobs': 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html',
  'logs:CreateLogDelivery': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:DeleteLogDelivery': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:DescribeLogGroups': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:DescribeResourcePolicies': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:GetLogDelivery': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:ListLogDeliveries': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:PutResourcePolicy': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'logs:UpdateLogDelivery': 'https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html',
  'xray:GetSamplingRules': 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
  'xray:GetSamplingTargets': 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
  'xray:PutTelemetryRecords': 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
  'xray:PutTraceSegments': 'https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html',
};

const FUNCTIONS = ['Plan', 'Aggregate', 'Decide', 'Publish', 'Refuse'] as const;
const KINDS = ['compare', 'distill', 'evaluate', 'label', 'mine', 'prepare', 'pretrain', 'privacy', 'train'] as const;
// biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
const REPOSITORY = 'on ecr repository/{"Fn::Sub":"cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}"}';
const OWN = '{"StringEquals":{"aws:RequestTag/omnidistill:stack":"Omnidistill"}}';
const TAGGED = '{"StringEquals":{"aws:ResourceTag/omnidistill:stack":"Omnidistill"}}';

/** Every right that anything in the stack has. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  // No image of the account, and no log but that of the workers.
  ComputeInstanceRole: ['logs:CreateLogStream on <JobsLog.Arn>', 'logs:PutLogEvents on <JobsLog.Arn>'],
  ...Object.fromEntries(
    FUNCTIONS.map((name) => [
      `Functions${name}Role`,
      [
        'has <StorageAccess>',
        `logs:CreateLogStream on <Functions${name}Log.Arn>`,
        `logs:PutLogEvents on <Functions${name}Log.Arn>`,
        // Whether the execution that holds a run goes on.
        ...(name === 'Plan' ? ['states:DescribeExecution on states execution:<WorkflowStateMachine>:*'] : []),
      ],
    ]),
  ),
  FunctionsUnblockRole: [
    `batch:CancelJob on batch job/* if ${TAGGED}`,
    'logs:CreateLogStream on <FunctionsUnblockLog.Arn>',
    'logs:PutLogEvents on <FunctionsUnblockLog.Arn>',
  ],
  JobsExecutionRole: [
    `ecr:BatchCheckLayerAvailability ${REPOSITORY}`,
    `ecr:BatchGetImage ${REPOSITORY}`,
    `ecr:GetDownloadUrlForLayer ${REPOSITORY}`,
    'logs:CreateLogStream on <JobsLog.Arn>',
    'logs:PutLogEvents on <JobsLog.Arn>',
  ],
  JobsJobRole: ['has <StorageAccess>'],
  StorageAccess: [
    // Uploads and runs: nothing else that somebody keeps in the bucket.
    's3:GetObject on <StorageBucket.Arn>/inputs',
    's3:GetObject on <StorageBucket.Arn>/inputs/*',
    's3:GetObject on <StorageBucket.Arn>/runs/*',
    's3:ListBucket on <StorageBucket.Arn>',
    // Inputs are never written, nothing is ever deleted.
    's3:AbortMultipartUpload on <StorageBucket.Arn>/runs/*',
    's3:PutObject on <StorageBucket.Arn>/runs/*',
    's3:PutObjectTagging on <StorageBucket.Arn>/runs/*',
  ],
  WorkflowStateMachineRole: [
    'batch:SubmitJob on <ComputeOnDemandQueue.JobQueueArn>',
    'batch:SubmitJob on <ComputeSpotQueue.JobQueueArn>',
    ...KINDS.map((kind) => `batch:SubmitJob on batch job-definition/Omnidistill-${kind}:*`),
    // Submitting with tags is checked on the job that it makes.
    'batch:SubmitJob on batch job/*',
    `batch:TagResource on batch job/* if ${OWN}`,
    `batch:TerminateJob on batch job/* if ${TAGGED}`,
    ...['DescribeRule', 'PutRule', 'PutTargets'].map(
      (action) => `events:${action} on events rule/StepFunctionsGetEventsForBatchJobsRule`,
    ),
    ...FUNCTIONS.flatMap((name) => [
      `lambda:InvokeFunction on <Functions${name}.Arn>`,
      `lambda:InvokeFunction on <Functions${name}.Arn>:*`,
    ]),
    'states:StartExecution on <WorkflowStateMachine>',
    'states:DescribeExecution on states execution:<WorkflowStateMachine>:*',
    'states:StopExecution on states execution:<WorkflowStateMachine>:*',
    'states:RedriveExecution on states execution:<WorkflowStateMachine>/MineShards:*',
  ],
};

const lines = (): string[] => rightsIn(template);
const onEverything = (line: string): boolean => / on \*($| )/.test(line);

describe('rights', () => {
  it('are these and no others', () => {
    const expected = Object.entries(EXPECTED).flatMap(([who, rights]) => rights.map((right) => `${who}: ${right}`));
    expect(lines().filter((line) => !onEverything(line))).toEqual(expected.sort());
  });

  it('are on everything only where AWS has nothing narrower', () => {
    const actions = lines()
      .filter(onEverything)
      .map((line) => /: (\S+) on/.exec(line)?.[1]);
    expect([...new Set(actions)].sort()).toEqual(Object.keys(WILDCARDS).sort());
  });

  it.each([
    ['by its tag', ':1.2', ':1.2'],
    ['by its digest', `:1.2@sha256:${'0a'.repeat(32)}`, `@sha256:${'0a'.repeat(32)}`],
  ])(
    'pull an image from a private registry, of another account too, %s, and from no other repository',
    (_, given, used) => {
      const registry = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';
      for (const isolated of [false, true]) {
        const own = templateWith({ imageUri: `${registry}/team/worker${given}`, isolated });
        const pulls = rightsIn(own).filter((line) => / ecr:/.test(line));
        const repository = 'arn:<AWS::Partition>:ecr:eu-west-1:111122223333:repository/team/worker';
        expect(pulls).toEqual([
          `JobsExecutionRole: ecr:BatchCheckLayerAvailability on ${repository}`,
          `JobsExecutionRole: ecr:BatchGetImage on ${repository}`,
          'JobsExecutionRole: ecr:GetAuthorizationToken on *',
          `JobsExecutionRole: ecr:GetDownloadUrlForLayer on ${repository}`,
        ]);
        const [image] = Object.values(own.findResources('AWS::Batch::JobDefinition')).map(
          ({ Properties }) => (Properties as { ContainerProperties: { Image: unknown } }).ContainerProperties.Image,
        );
        expect(written(image)).toBe(`111122223333.dkr.ecr.eu-west-1.<AWS::URLSuffix>/team/worker${used}`);
      }
    },
  );

  it('read a bucket of somebody else that was named, decrypt with a key that was named, and change neither', () => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/abc-123';
    const more = rightsIn(templateWith({ inputBuckets: ['faces-of-others'], inputKeyArns: [key] }));
    const added = more.filter((line) => !lines().includes(line)).join('\n');
    expect(added).toMatch(/s3:GetObject on arn:<AWS::Partition>:s3:::faces-of-others\/\*/);
    expect(added).toMatch(/s3:ListBucket on arn:<AWS::Partition>:s3:::faces-of-others/);
    expect(added).toContain(`kms:Decrypt on ${key}`);
    expect(added.split('\n')).toHaveLength(3);
  });

  it('read no more of a bucket than the parts that were named', () => {
    const places = ['shared-bucket/team/faces', 'shared-bucket/pools/', 'whole-bucket'];
    for (const isolated of [false, true]) {
      const own = templateWith({ inputBuckets: places, isolated });
      const more = rightsIn(own).filter((line) => /(shared|whole)-bucket/.test(line));
      expect(more.map((line) => line.replace(/^StorageAccess: (\S+) on arn:<AWS::Partition>:s3:::/, '$1 '))).toEqual([
        's3:GetObject shared-bucket/pools',
        's3:GetObject shared-bucket/pools/*',
        's3:GetObject shared-bucket/team/faces',
        's3:GetObject shared-bucket/team/faces/*',
        's3:GetObject whole-bucket/*',
        's3:ListBucket shared-bucket',
        's3:ListBucket whole-bucket',
      ]);
    }
  });

  it('are taken by one service each', () => {
    expect(trustIn(template)).toEqual(
      [
        ...[...FUNCTIONS, 'Unblock'].map((name) => `Functions${name}Role: {"Service":"lambda.amazonaws.com"}`),
        'ComputeInstanceRole: {"Service":"ec2.amazonaws.com"}',
        'JobsExecutionRole: {"Service":"ecs-tasks.amazonaws.com"}',
        'JobsJobRole: {"Service":"ecs-tasks.amazonaws.com"}',
        'WorkflowStateMachineRole: {"Service":"states.amazonaws.com"}',
      ].sort(),
    );
  });
});
