import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { definitionIn, statesIn, templateWith } from './synthesised.ts';

const template = templateWith({ alarmEmail: 'me@example.org', budgetUsd: 50 });
/** What the topic's policy allows, by the service that may publish. */
const publishers = (): [string, unknown][] => {
  const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
  const { Statement } = (policy as { Properties: { PolicyDocument: { Statement: Statement[] } } }).Properties
    .PolicyDocument;
  return Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Principal, Action, Condition = 'none' }) => {
    expect(Action).toBe('sns:Publish');
    return [Principal.Service].flat().map((service): [string, unknown] => [service, Condition]);
  });
};
interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly Service: string | string[] };
  readonly Action: string;
  readonly Condition?: unknown;
}

const TOPIC = { Ref: Match.stringLikeRegexp('^ObservabilityAlarmsTopic') };

describe('the alarm topic', () => {
  it('tells the address of the settings, over TLS alone', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'me@example.org' });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('lets each publisher in by the statement that AWS documents for it: EventBridge without any condition', () => {
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    const allowed = Object.fromEntries(publishers());
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(allowed).toEqual({
      'events.amazonaws.com': 'none',
      'cloudwatch.amazonaws.com': ofThisAccount,
      'budgets.amazonaws.com': ofThisAccount,
    });
  });

  it('keeps an event that it did not take, and an alarm says so', () => {
    const rules = template.findResources('AWS::Events::Rule');
    const queue = { 'Fn::GetAtt': [Match.stringLikeRegexp('^ObservabilityRulesUndelivered'), 'Arn'] };
    const toTopic = Object.entries(rules).filter(([, rule]) => JSON.stringify(rule).includes('ObservabilityAlarms'));
    expect(toTopic).toHaveLength(2);
    for (const [id] of toTopic) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Events',
        MetricName: 'FailedInvocations',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: id } }],
        AlarmActions: [TOPIC],
      });
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [id, 'Arn'] } } },
            }),
          ]),
        },
      });
    }
    template.resourcePropertiesCountIs(
      'AWS::Events::Rule',
      { Targets: [Match.objectLike({ DeadLetterConfig: { Arn: queue } })] },
      2,
    );
  });

  it('hears of runs that failed, ran out of time or were stopped', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: [{ Ref: Match.stringLikeRegexp('^WorkflowStateMachine') }],
        },
      },
      Targets: [Match.objectLike({ Arn: TOPIC })],
    });
  });

  it('hears of both queues when they are blocked', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'detail-type': ['Batch Job Queue Blocked'],
        detail: { jobQueue: [Match.anyValue(), Match.anyValue()] },
      },
      Targets: [Match.objectLike({ Arn: TOPIC })],
    });
  });

  it('hears of a failed shard by the end of its child execution, whose ARN holds the label of the map', () => {
    const [filter] = Object.values(template.findResources('AWS::Logs::MetricFilter'));
    const pattern = String((filter as { Properties: { FilterPattern: string } }).Properties.FilterPattern);
    expect(pattern).toContain('$.type = "ExecutionFailed"');
    const label = /\$\.execution_arn = "\*\/(\w+):\*"/.exec(pattern)?.[1];
    const distributed = statesIn(definitionIn(template)).filter(([, state]) => state.Label !== undefined);
    expect(distributed.map(([, { Label }]) => Label)).toEqual([label]);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'FailedShards',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [TOPIC],
    });
  });

  it('hears of money, at 80 % of the budget and when all of it is forecast', () => {
    template.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: [
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 80 }) }),
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }) }),
      ],
    });
    templateWith().resourceCountIs('AWS::Budgets::Budget', 0);
  });
});

describe('logs', () => {
  it('are kept as long as the settings say, all of them', () => {
    templateWith({ logDays: 7 }).allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('of access to the bucket and of the network go to a bucket of their own', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      LoggingConfiguration: { DestinationBucketName: { Ref: Match.stringLikeRegexp('^LogsBucket') } },
    });
    template.hasResourceProperties('AWS::EC2::FlowLog', { LogDestinationType: 's3' });
  });
});

describe('an isolated network', () => {
  const isolated = templateWith({ isolated: true, inputBuckets: ['faces-of-others'] });

  it('has no way to the internet', () => {
    isolated.resourceCountIs('AWS::EC2::InternetGateway', 0);
    isolated.resourceCountIs('AWS::EC2::Route', 0);
    isolated.allResourcesProperties('AWS::EC2::Subnet', { MapPublicIpOnLaunch: false });
  });

  it('reaches what an ECS machine needs, and no bucket but those of the stack', () => {
    isolated.resourcePropertiesCountIs('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface' }, 6);
    isolated.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: 's3:GetObject' })]) },
    });
    const [gateway] = Object.values(
      isolated.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Gateway' } }),
    );
    const { Statement } = (gateway as { Properties: { PolicyDocument: { Statement: { Resource: unknown }[] } } })
      .Properties.PolicyDocument;
    expect(JSON.stringify(Statement)).toContain('faces-of-others');
    for (const { Resource } of Statement) expect([Resource].flat()).not.toContain('*');
  });

  it('takes logs with credentials of this account alone, not with those that an image brings along', () => {
    isolated.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('logs$')])] },
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } } }),
        ],
      },
    });
  });
});
