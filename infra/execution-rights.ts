import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';

/**
 * Lets a function look whether an execution of the state machine, which may hold a run, still goes on. A policy of its own: in
 * the one that the function waits for, it would make a circle with the definition, which names the function.
 */
export const lookAtExecutions = (scope: Construct, machine: sfn.StateMachine, from: lambda.Function): void => {
  new iam.Policy(scope, 'LookAtExecutions', {
    roles: [from.role!],
    statements: [
      new iam.PolicyStatement({
        actions: ['states:DescribeExecution'],
        resources: [executionsOf(machine)],
      }),
    ],
  });
};

/** The ARN of every execution of a state machine. */
function executionsOf(machine: sfn.StateMachine): string {
  return Stack.of(machine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${Fn.select(6, Fn.split(':', machine.stateMachineArn))}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
