import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /**
   * Who is told.
   * @default - nobody, until somebody subscribes
   */
  readonly email?: string;
  /**
   * ARN of a KMS key whose policy lets the publishers use it; see docs/aws.md for the statements.
   * @default - the encryption at rest of SNS itself; a key of one's own bills while idle
   */
  readonly keyArn?: string;
}

/** Where everything arrives that somebody should know of; over TLS alone. */
export class AlarmTopic extends Construct {
  public readonly topic: sns.Topic;

  public constructor(scope: Construct, id: string, { email, keyArn }: AlarmTopicProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: 'omnidistill',
      enforceSSL: true,
      ...(keyArn === undefined ? {} : { masterKey: kms.Key.fromKeyArn(this, 'Key', keyArn) }),
    });
    // A topic with a policy of its own has lost the one that lets alarms of its account publish.
    this.publishable(['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'], {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
    });
    // EventBridge sends no such context: with a condition its events are dropped, and nobody is told.
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
    this.publishable(['events.amazonaws.com']);
    if (email !== undefined) this.topic.addSubscription(new EmailSubscription(email));
  }

  private publishable(services: readonly string[], conditions?: Record<string, unknown>): void {
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: services.map((name) => new iam.ServicePrincipal(name)),
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }
}
