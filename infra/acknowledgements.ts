import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Compute } from './compute.ts';
import type { Functions } from './functions.ts';
import type { Jobs } from './jobs.ts';
import type { Network } from './network.ts';
import type { Storage } from './storage.ts';
import type { Workflow } from './workflow.ts';

/** The constructs of a stack, and the names of its further input buckets. */
export interface Acknowledged {
  readonly storage: Storage;
  readonly network: Network;
  readonly compute: Compute;
  readonly jobs: Jobs;
  readonly functions: Functions;
  readonly workflow: Workflow;
  readonly inputBuckets: readonly string[];
}

/** A finding of cdk-nag that is accepted: its full id, and why. */
interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

const wildcard = (resource: string, reason: string): Acknowledgement => ({
  id: `AwsSolutions-IAM5[Resource::${resource}]`,
  reason,
});

/** How cdk-nag writes an ARN of a stack that is bound to no account. */
const arn = (service: string, rest: string): string =>
  `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${rest}`;

const logicalId = (construct: Construct): string =>
  Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement);

/** Accepts what AwsSolutions finds in this stack, each with its reason; anything else still fails the nag test. */
export const acknowledgeFindings = (parts: Acknowledged): void => {
  const { storage, network, compute, jobs, functions, workflow } = parts;
  const accept = (scope: Construct, ...accepted: Acknowledgement[]): void =>
    Validations.of(scope).acknowledge(...accepted);

  accept(storage, {
    id: 'AwsSolutions-S1',
    reason: 'Only the roles of this stack use the bucket. Access logs come with the hardening of the deployment.',
  });
  const bucket = logicalId(storage.bucket);
  accept(
    storage.access,
    wildcard(`<${bucket}.Arn>/*`, 'Inputs may lie under any key of the bucket that a person uploaded them to.'),
    wildcard(`<${bucket}.Arn>/runs/*`, 'A run is named when it starts, so its prefix is not known to the template.'),
    ...parts.inputBuckets.map((name) =>
      wildcard(`arn:<AWS::Partition>:s3:::${name}/*`, 'A bucket that was named as a source of inputs is read whole.'),
    ),
  );
  accept(network, {
    id: 'AwsSolutions-VPC7',
    reason: 'Nothing in the network can be reached from outside. Flow logs come with the hardening of the deployment.',
  });
  accept(compute.instanceRole, {
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role]',
    reason: 'What the ECS agent of an instance needs; AWS maintains it, and jobs have a role of their own.',
  });
  accept(jobs.executionRole, wildcard('*', 'ecr:GetAuthorizationToken cannot be limited to a repository.'));
  accept(functions, {
    id: 'AwsSolutions-L1',
    reason: 'Node 22, which the worker image runs too: tfjs-node 4.22 breaks on later ones, and one version is tested.',
  });
  const machine = logicalId(workflow.stateMachine);
  const child = `execution:{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${machine}"}]}]}`;
  accept(
    workflow,
    ...[functions.plan, functions.aggregate, functions.publish].map((each) =>
      wildcard(`<${logicalId(each)}.Arn>:*`, 'Any version of a function of this stack.'),
    ),
    wildcard('*', 'batch:DescribeJobs, X-Ray and the delivery of logs know no resources.'),
    wildcard(arn('batch', 'job/*'), 'Batch names a job when it is submitted, so the template cannot.'),
    wildcard(
      arn('batch', 'job-definition/*'),
      'CDK grants batch:SubmitJob so (aws/aws-cdk#37214); the queues are exact.',
    ),
    wildcard(arn('states', `${child}:*`), 'The children of the Distributed Map are named when they start.'),
    wildcard(arn('states', `${child}/*:*`), 'The children of the Distributed Map are named when they start.'),
  );
};
