import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';

export interface MonthlyBudgetProps {
  readonly monthlyUsd: number;
  readonly topic: sns.ITopic;
  /** @default only the topic is told */
  readonly email?: string;
}

/**
 * Tells at half, at four fifths and at the whole of the month's amount, and when the forecast passes it (MON-08, TRAP-08). A budget
 * informs, hours late; it stops nothing. What stops the costs of a forgotten sandbox is `cdk destroy`.
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    const subscribers = [
      { subscriptionType: 'SNS', address: props.topic.topicArn },
      ...(props.email === undefined ? [] : [{ subscriptionType: 'EMAIL', address: props.email }]),
    ];
    const notice = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers,
    });
    const budget = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: props.monthlyUsd, unit: 'USD' },
      },
      notificationsWithSubscribers: [
        notice('ACTUAL', 50),
        notice('ACTUAL', 80),
        notice('ACTUAL', 100),
        notice('FORECASTED', 100),
      ],
    });
    answers(budget, 'MON-08', 'TRAP-08', 'COST-01', 'COST-02', 'CUE-02');
  }
}
