import { Aws, CfnCondition, Fn } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { covers } from '../../shared/blueprint/covers';

export interface MonthlyBudgetProps {
  readonly monthlyUsd: number;
  /** Percent of the amount at which it notifies. */
  readonly notifyAtPercent: readonly number[];
  readonly topic: sns.ITopic;
  /** @default only the topic is notified */
  readonly email?: string;
}

/**
 * Regions of lib/training/image-registries.ts without the CloudFormation type AWS::Budgets::Budget. CloudFormation
 * refuses a template with an unknown type unless a condition leaves the resource out. A budget is global: for a
 * workflow in one of these Regions create it by hand, or in a stack in us-east-1.
 */
// AWS: cloudformation/resource-types-differ-by-region
const regionsWithoutBudgets = [
  'af-south-1',
  'ap-east-1',
  'ap-northeast-3',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ca-west-1',
  'eu-central-2',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
];

/**
 * Notifies at the configured shares of the monthly amount, and when the forecast exceeds it (MON-08: watching the cost;
 * TRAP-08: not paying for idle capacity). A budget only notifies, hours late. `cdk destroy` stops the cost of a
 * forgotten sandbox.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
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
        ...props.notifyAtPercent.map((percent) => notice('ACTUAL', percent)),
        notice('FORECASTED', 100),
      ],
    });
    budget.cfnOptions.condition = new CfnCondition(this, 'RegionHasBudgets', {
      expression: Fn.conditionNot(
        Fn.conditionOr(...regionsWithoutBudgets.map((region) => Fn.conditionEquals(Aws.REGION, region))),
      ),
    });
    covers(budget, 'MON-08', 'TRAP-08', 'COST-01', 'COST-02', 'CUE-02');
  }
}
