import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { STACK_TAG } from '../core/contracts/tags.ts';
import type { Compute } from './compute.ts';
import type { Jobs } from './jobs.ts';

/** The rule with which Step Functions hears that a job has ended; it makes the rule itself. */
const SYNC_RULE = 'StepFunctionsGetEventsForBatchJobsRule';

/**
 * What the state machine may do in Batch: submit this stack's jobs to this stack's queues, watch them, and terminate
 * them when an execution is stopped (without which its GPUs would stay on). CDK grants `batch:SubmitJob` alone, on every
 * job definition of the account (aws/aws-cdk#37214).
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbatch.html
 */
export const batchRights = (
  scope: Construct,
  jobs: Jobs,
  { spotQueue, onDemandQueue }: Compute,
): iam.PolicyStatement[] => {
  const stack = Stack.of(scope);
  const anyJob = stack.formatArn({ service: 'batch', resource: 'job', resourceName: '*' });
  // Any revision: a run that began before a deployment goes on with the one it knows.
  const revisions = jobs.names.map((name) =>
    stack.formatArn({ service: 'batch', resource: 'job-definition', resourceName: `${name}:*` }),
  );
  return [
    new iam.PolicyStatement({
      actions: ['batch:SubmitJob'],
      resources: [spotQueue.jobQueueArn, onDemandQueue.jobQueueArn, ...revisions, anyJob],
    }),
    new iam.PolicyStatement({
      actions: ['batch:TagResource'],
      resources: [anyJob],
      conditions: { StringEquals: { [`aws:RequestTag/${STACK_TAG}`]: stack.stackName } },
    }),
    new iam.PolicyStatement({
      actions: ['batch:TerminateJob'],
      resources: [anyJob],
      conditions: { StringEquals: { [`aws:ResourceTag/${STACK_TAG}`]: stack.stackName } },
    }),
    new iam.PolicyStatement({ actions: ['batch:DescribeJobs'], resources: ['*'] }),
    new iam.PolicyStatement({
      actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      resources: [stack.formatArn({ service: 'events', resource: 'rule', resourceName: SYNC_RULE })],
    }),
  ];
};
