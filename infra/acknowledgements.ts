import { ArnFormat, Fn, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { MINING } from '../core/contracts/workflow.ts';
import type { Compute } from './compute.ts';
import type { Functions } from './functions.ts';
import type { Jobs } from './jobs.ts';
import type { Network } from './network.ts';
import type { Observability } from './observability.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';
import type { Workflow } from './workflow.ts';

/** The constructs of a stack that have findings, and the settings they were made with. */
export interface Acknowledged {
  readonly storage: Storage;
  readonly network: Network;
  readonly compute: Compute;
  readonly jobs: Jobs;
  readonly functions: Functions;
  readonly workflow: Workflow;
  readonly observability: Observability;
  readonly settings: Pick<Settings, 'flowLogs'>;
}

/** A finding of cdk-nag that is accepted: its full id, and why. */
interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
}

/** Accepts what AwsSolutions finds in this stack, each with its reason; anything else still fails the nag test. */
export const acknowledgeFindings = (parts: Acknowledged): void => {
  const { storage, network, compute, jobs, functions, workflow, observability, settings } = parts;
  const stack = Stack.of(storage);
  const accept = (scope: Construct, ...accepted: Acknowledgement[]): void =>
    Validations.of(scope).acknowledge(...accepted);
  const wildcard = (resource: string, reason: string): Acknowledgement => ({
    id: `AwsSolutions-IAM5[Resource::${written(stack.resolve(resource))}]`,
    reason,
  });
  const arn = (service: string, resource: string, resourceName: string): string =>
    stack.formatArn({ service, resource, resourceName });

  accept(
    storage.access,
    ...storage.read
      .filter((objects) => objects.endsWith('*'))
      .map((objects) =>
        wildcard(objects, 'Inputs and runs are named when they are uploaded and started, not in the template.'),
      ),
  );
  if (!settings.flowLogs) {
    accept(network, { id: 'AwsSolutions-VPC7', reason: 'Flow logs were turned off in the settings.' });
  }
  accept(compute.instanceRole, wildcard('*', 'The cluster is made by Batch under a name that nobody knows before.'));
  accept(jobs.executionRole, wildcard('*', 'ecr:GetAuthorizationToken cannot be limited to a repository.'));
  accept(functions, {
    id: 'AwsSolutions-L1',
    reason: 'Node 22, which the worker image runs too: tfjs-node 4.22 breaks on later ones, and one version is tested.',
  });
  accept(
    functions,
    wildcard('*', 'batch:ListJobs and batch:DescribeJobs know no resources.'),
    wildcard(arn('batch', 'job', '*'), 'Batch names a job when it is submitted; its tag limits who is cancelled.'),
  );
  accept(observability.rules.undelivered, {
    id: 'AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue itself.',
  });
  const machineName = Fn.select(6, Fn.split(':', workflow.stateMachine.stateMachineArn));
  const children = (rest: string): string =>
    stack.formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${machineName}${rest}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  accept(
    workflow,
    ...Object.values(functions.all).map((each) =>
      wildcard(`${each.functionArn}:*`, 'Any version of a function of this stack.'),
    ),
    wildcard('*', 'batch:DescribeJobs, X-Ray and the delivery of logs know no resources.'),
    wildcard(arn('batch', 'job', '*'), 'Batch names a job when it is submitted; its tag limits who is terminated.'),
    ...jobs.names.map((name) =>
      wildcard(arn('batch', 'job-definition', `${name}:*`), 'Any revision: old runs go on with the one they know.'),
    ),
    wildcard(children(':*'), 'The children of the Distributed Map are named when they start.'),
    wildcard(children(`/${MINING}:*`), 'The children of the Distributed Map are named when they start.'),
  );
};

/** How cdk-nag writes a resource in the id of a finding. */
function written(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[name, argument] = []] = Object.entries(value as Record<string, unknown>);
  if (name === 'Ref') return `<${argument}>`;
  if (name === 'Fn::GetAtt') return `<${(argument as string[]).join('.')}>`;
  if (name !== 'Fn::Join') return JSON.stringify(value);
  const [separator, parts] = argument as [string, unknown[]];
  return parts.map(written).join(separator);
}
