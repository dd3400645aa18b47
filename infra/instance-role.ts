import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * The role of the machines: what the ECS agent needs to take jobs. Not AWS's AmazonEC2ContainerServiceforEC2Role, which may
 * also pull every image of the account and write to each of its logs: images are pulled, and logs written, with the
 * execution role of the job.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-awsmanpol.html
 */
export const instanceRole = (scope: Construct, id: string): iam.Role =>
  new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    inlinePolicies: {
      EcsAgent: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({
            actions: [
              'ec2:DescribeTags',
              'ecs:DeregisterContainerInstance',
              'ecs:DiscoverPollEndpoint',
              'ecs:Poll',
              'ecs:RegisterContainerInstance',
              'ecs:StartTelemetrySession',
              'ecs:SubmitAttachmentStateChanges',
              'ecs:SubmitContainerStateChange',
              'ecs:SubmitTaskStateChange',
              'ecs:UpdateContainerInstancesState',
            ],
            // Batch makes the cluster, and gives it a name that nobody knows before.
            resources: ['*'],
          }),
          new iam.PolicyStatement({
            actions: ['ecs:TagResource'],
            resources: ['*'],
            conditions: { StringEquals: { 'ecs:CreateAction': 'RegisterContainerInstance' } },
          }),
        ],
      }),
    },
  });
