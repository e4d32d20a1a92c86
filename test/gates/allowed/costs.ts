import type { AllowedTypes } from './allowed-type';
import { notifications, tags } from './references';
import { between, json, like, listOf, members, object, only, optional, ref, textBetween } from './rules';

/** The topic always; one address of the configuration next to it. */
const subscribers = members(
  object({ SubscriptionType: only('SNS'), Address: notifications }),
  optional(object({ SubscriptionType: only('EMAIL'), Address: like(/[\w.+-]+@[\w.-]+\.[a-z]+/) })),
);
const name = like(/MlaBlueprint-Monitoring <Region> cost center [a-z0-9-]+/);

export const costs: AllowedTypes = {
  'AWS::Budgets::Budget': {
    why: 'Monthly, of the whole account. It only notifies.',
    stacks: ['Monitoring'],
    // Regions without budgets.
    condition: 'MonthlyBudgetRegionHasBudgets',
    properties: {
      Budget: object({
        BudgetType: only('COST'),
        TimeUnit: only('MONTHLY'),
        BudgetLimit: object({ Amount: between(1, 10_000), Unit: only('USD') }),
      }),
      NotificationsWithSubscribers: listOf(
        object({
          Notification: object({
            NotificationType: only('ACTUAL', 'FORECASTED'),
            ComparisonOperator: only('GREATER_THAN'),
            ThresholdType: only('PERCENTAGE'),
            Threshold: between(10, 120),
          }),
          Subscribers: subscribers,
        }),
        { minimum: 2, maximum: 5 },
      ),
      ResourceTags: tags,
    },
  },
  'AWS::CE::AnomalyMonitor': {
    why: 'Unusual costs of this workflow (costAnomaly), by its cost center.',
    stacks: ['Monitoring'],
    properties: {
      MonitorName: name,
      MonitorType: only('CUSTOM'),
      MonitorSpecification: json(
        object({
          Tags: object({ Key: only('costCenter'), Values: listOf(like(/[a-z0-9-]+/)), MatchOptions: only(['EQUALS']) }),
        }),
      ),
      ResourceTags: tags,
    },
  },
  'AWS::CE::AnomalySubscription': {
    why: 'Who is notified about them.',
    stacks: ['Monitoring'],
    properties: {
      SubscriptionName: name,
      Frequency: only('IMMEDIATE'),
      MonitorArnList: members(ref('CE::AnomalyMonitor', 'MonitorArn', 'CostAnomalyMonitor')),
      Subscribers: members(object({ Type: only('SNS'), Address: notifications })),
      ThresholdExpression: json(
        object({
          Dimensions: object({
            Key: only('ANOMALY_TOTAL_IMPACT_ABSOLUTE'),
            MatchOptions: only(['GREATER_THAN_OR_EQUAL']),
            Values: members(textBetween(1, 1000)),
          }),
        }),
      ),
      ResourceTags: tags,
    },
  },
};
