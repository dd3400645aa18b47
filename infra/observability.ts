import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { MINING } from '../core/contracts/workflow.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { budget } from './budget.ts';
import type { Compute } from './compute.ts';
import { dashboard } from './dashboard.ts';
import { EventRules } from './event-rules.ts';
import type { Functions } from './functions.ts';
import type { Jobs } from './jobs.ts';
import type { Settings } from './settings.ts';
import type { Workflow } from './workflow.ts';

export interface ObservabilityProps {
  readonly workflow: Workflow;
  readonly compute: Compute;
  readonly jobs: Jobs;
  readonly functions: Functions;
  readonly settings: Pick<Settings, 'dashboard' | 'alarmEmail' | 'alarmKeyArn' | 'budgetUsd' | 'budgetByTag'>;
}

/**
 * Says when a run ended badly, a queue is stuck, a shard was lost or money runs out. Runs and queues by events, which
 * cost nothing and name the run; shards by a count over the state machine's log.
 */
export class Observability extends Construct {
  public readonly alarms: AlarmTopic;
  /** What is heard by events. */
  public readonly rules: EventRules;
  public readonly dashboardName: string | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ObservabilityProps,
  ) {
    super(scope, id);
    const { settings } = props;
    this.alarms = new AlarmTopic(this, 'Alarms', {
      ...(settings.alarmEmail === undefined ? {} : { email: settings.alarmEmail }),
      ...(settings.alarmKeyArn === undefined ? {} : { keyArn: settings.alarmKeyArn }),
    });
    this.rules = new EventRules(this, 'Rules', this.alarms.topic);
    this.runs();
    this.blockedQueues();
    const failedShards = this.failedShards();
    this.patience();
    if (settings.budgetUsd !== undefined) {
      budget(this, { topic: this.alarms.topic, usd: settings.budgetUsd, byTag: settings.budgetByTag });
    }
    this.dashboardName = settings.dashboard ? dashboard(this, { ...props, failedShards }) : undefined;
  }

  private runs(): void {
    const { stateMachine } = this.props.workflow;
    const detail = (field: string): string => events.EventField.fromPath(`$.detail.${field}`);
    this.rules.add('RunEndedBadly', {
      description: 'A run failed, ran out of time or was stopped.',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [stateMachine.stateMachineArn] },
      },
      text:
        `omnidistill run ${detail('name')}: ${detail('status')}. ` +
        `${detail('error')}: ${detail('cause')} ${detail('executionArn')}`,
    });
  }

  /** @see https://docs.aws.amazon.com/batch/latest/userguide/batch-job-queue-blocked-events.html */
  private blockedQueues(): void {
    const { spotQueue, onDemandQueue } = this.props.compute;
    const detail = (field: string): string => events.EventField.fromPath(`$.detail.${field}`);
    this.rules.add('QueueBlocked', {
      description: 'The first job of a queue cannot be placed.',
      eventPattern: {
        source: ['aws.batch'],
        detailType: ['Batch Job Queue Blocked'],
        detail: { jobQueue: [spotQueue.jobQueueArn, onDemandQueue.jobQueueArn] },
      },
      text: `omnidistill job ${detail('jobName')} blocks ${detail('jobQueue')}: ${detail('statusReason')}`,
    });
  }

  /**
   * The log holds the history of every child too, whose ARN has the map's label in it; children that were stopped with their
   * run do not count.
   */
  private failedShards(): cloudwatch.Metric {
    const metric = new logs.MetricFilter(this, 'FailedShards', {
      logGroup: this.props.workflow.log,
      filterPattern: logs.FilterPattern.all(
        logs.FilterPattern.stringValue('$.type', '=', 'ExecutionFailed'),
        logs.FilterPattern.stringValue('$.execution_arn', '=', `*/${MINING}:*`),
      ),
      metricNamespace: `omnidistill/${Stack.of(this).stackName}`,
      metricName: 'FailedShards',
      metricValue: '1',
    }).metric({ statistic: cloudwatch.Stats.SUM, period: Duration.minutes(5) });
    new cloudwatch.Alarm(this, 'ShardsFail', {
      metric,
      alarmDescription:
        'A shard cannot be mined. The run goes on while mining.maxFailedShards allows; Aggregate names it with its reason.',
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.alarms.topic));
    return metric;
  }

  /** One look that fails is made up for by the next; when three do, jobs wait without end. */
  private patience(): void {
    const { unblock } = this.props.functions.all;
    new cloudwatch.Alarm(this, 'QueuesUnwatched', {
      metric: unblock.metricErrors({ period: Duration.minutes(5) }),
      alarmDescription: `Jobs that wait for a machine are not moved on: ${unblock.functionName} fails.`,
      threshold: 1,
      evaluationPeriods: 3,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.alarms.topic));
  }
}
