import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Jobs } from './jobs.ts';
import type { Workflow } from './workflow.ts';

export interface DashboardProps {
  readonly workflow: Workflow;
  readonly jobs: Jobs;
  readonly functions: Functions;
  readonly failedShards: cloudwatch.Metric;
}

const HALF = 12;
const WHOLE = 24;

/**
 * One page: how runs end, how long they take, shards that were lost, functions, and what workers warn of.
 * @returns its name, which is the stack's
 */
export const dashboard = (scope: Construct, { workflow, jobs, functions, failedShards }: DashboardProps): string => {
  const { stateMachine } = workflow;
  const all = Object.values(functions.all);
  const period = { period: Duration.minutes(5) };
  const graph = (title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget =>
    new cloudwatch.GraphWidget({ title, left, width: HALF });
  const dashboardName = Stack.of(scope).stackName;
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    dashboardName,
    defaultInterval: Duration.days(1),
    widgets: [
      [
        graph('Runs', [
          stateMachine.metricStarted(period),
          stateMachine.metricSucceeded(period),
          stateMachine.metricFailed(period),
          stateMachine.metricTimedOut(period),
          stateMachine.metricAborted(period),
        ]),
        graph('Shards that failed on both queues', [failedShards]),
      ],
      [
        graph('Time of a run', [stateMachine.metricTime(period)]),
        graph(
          'Functions: errors',
          all.map((each) => each.metricErrors(period)),
        ),
      ],
      [
        graph(
          'Functions: duration',
          all.map((each) => each.metricDuration(period)),
        ),
        graph(
          'Functions: throttles',
          all.map((each) => each.metricThrottles(period)),
        ),
      ],
      [
        new cloudwatch.LogQueryWidget({
          title: 'What workers warn of',
          logGroupNames: [jobs.log.logGroupName],
          width: WHOLE,
          queryLines: [
            'fields @timestamp, @logStream, level, message',
            "filter level in ['warn', 'error']",
            'sort @timestamp desc',
            'limit 50',
          ],
        }),
      ],
    ],
  });
  return dashboardName;
};
