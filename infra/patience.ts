import { Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunctionConstruct } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { STACK_TAG } from '../core/contracts/tags.ts';
import type { Compute } from './compute.ts';

export interface PatienceProps {
  readonly compute: Compute;
  /** Cancels jobs that wait too long. */
  readonly unblock: LambdaFunctionConstruct;
  /** How long a job waits for a Spot machine before it goes to the on-demand queue. */
  readonly spotMinutes: number;
  /** How long a job waits for an on-demand machine before it fails. */
  readonly onDemandMinutes: number;
}

/** How often queues are looked at, so by how much a job may wait longer. */
const EVERY = Duration.minutes(5);

/**
 * Ends the waiting of every job on its own clock. The time limits of a queue do it for the job at its head alone, and only
 * for reasons that Batch could determine: without Spot capacity a thousand jobs would move on one after the other.
 */
export class Patience extends Construct {
  public constructor(scope: Construct, id: string, { compute, unblock, spotMinutes, onDemandMinutes }: PatienceProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const anyJob = stack.formatArn({ service: 'batch', resource: 'job', resourceName: '*' });
    unblock.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['batch:ListJobs', 'batch:DescribeJobs'], resources: ['*'] }),
    );
    unblock.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['batch:CancelJob'],
        resources: [anyJob],
        conditions: { StringEquals: { [`aws:ResourceTag/${STACK_TAG}`]: stack.stackName } },
      }),
    );
    const queues = [
      { queueArn: compute.spotQueue.jobQueueArn, minutes: spotMinutes },
      { queueArn: compute.onDemandQueue.jobQueueArn, minutes: onDemandMinutes },
    ];
    new events.Rule(this, 'Schedule', {
      description: 'Jobs that have waited too long for a machine are cancelled, and so go to the other queue.',
      schedule: events.Schedule.rate(EVERY),
      // A look that failed is made up for by the next one.
      targets: [
        new LambdaFunction(unblock, { event: events.RuleTargetInput.fromObject({ queues }), retryAttempts: 0 }),
      ],
    });
  }
}
