import { Stack } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { STACK_TAG } from '../core/contracts/tags.ts';

export interface BudgetProps {
  readonly topic: ITopic;
  /** US dollars a month. */
  readonly usd: number;
  /** Counts what carries this stack's tag; else everything in the account. */
  readonly byTag: boolean;
}

/** A monthly limit that stops nothing: it speaks up at 80 % spent, and when 100 % is forecast. CDK has no L2 for it. */
export const budget = (scope: Construct, { topic, usd, byTag }: BudgetProps): budgets.CfnBudget => {
  const notice = (
    notificationType: 'ACTUAL' | 'FORECASTED',
    threshold: number,
  ): budgets.CfnBudget.NotificationWithSubscribersProperty => ({
    notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
    subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
  });
  return new budgets.CfnBudget(scope, 'Budget', {
    budget: {
      budgetType: 'COST',
      timeUnit: 'MONTHLY',
      budgetLimit: { amount: usd, unit: 'USD' },
      ...(byTag ? { costFilters: { TagKeyValue: [`user:${STACK_TAG}$${Stack.of(scope).stackName}`] } } : {}),
    },
    notificationsWithSubscribers: [notice('ACTUAL', 80), notice('FORECASTED', 100)],
  });
};
