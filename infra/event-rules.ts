import { Aws, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface EventRuleProps extends Pick<events.RuleProps, 'description' | 'eventPattern'> {
  /** What the topic is told; fields of the event by `events.EventField`. */
  readonly text: string;
}

/** Rules whose events go to the alarm topic. What cannot be delivered is kept for two weeks, and an alarm tells of it. */
export class EventRules extends Construct {
  /** Holds what did not arrive. */
  public readonly undelivered: sqs.Queue;

  public constructor(
    scope: Construct,
    id: string,
    private readonly topic: ITopic,
  ) {
    super(scope, id);
    this.undelivered = new sqs.Queue(this, 'Undelivered', {
      retentionPeriod: Duration.days(14),
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
  }

  /** Adds a rule and the alarm that goes off when an event of it could not be delivered. */
  public add(id: string, { text, ...props }: EventRuleProps): void {
    const { topic, undelivered } = this;
    const target = { arn: topic.topicArn, input: events.RuleTargetInput.fromText(text) };
    const rule = new events.Rule(this, id, {
      ...props,
      // The topic's own policy lets EventBridge publish, so the target brings no right with it.
      targets: [{ bind: () => ({ ...target, deadLetterConfig: { arn: undelivered.queueArn } }) }],
    });
    undelivered.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [undelivered.queueArn],
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html#eb-dlq-perms
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
    new cloudwatch.Alarm(this, `${id}Undelivered`, {
      metric: new cloudwatch.Metric({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensionsMap: { RuleName: rule.ruleName },
        statistic: cloudwatch.Stats.SUM,
        period: Duration.minutes(5),
      }),
      alarmDescription: `An event could not be published to the alarm topic. It lies in the queue ${undelivered.queueName} in ${Aws.REGION}.`,
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
  }
}
