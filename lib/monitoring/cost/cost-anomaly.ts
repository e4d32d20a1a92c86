import { Stack } from 'aws-cdk-lib';
import * as ce from 'aws-cdk-lib/aws-ce';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { covers } from '../../shared/blueprint/covers';

export interface CostAnomalyProps {
  /** Value of the tag `costCenter`, which all resources have. */
  readonly costCenter: string;
  /** Minimum anomaly, in USD, that sends a notification. */
  readonly minimumUsd: number;
  readonly topic: sns.ITopic;
}

/**
 * Notifies when the cost of a day differs from the usual cost, earlier than a budget would (MON-08: watching the cost;
 * TRAP-08: not paying for idle capacity). The monitor covers the workflow's own tag. An account can have only one monitor
 * over all services, and new accounts already have it. Cost Anomaly Detection is free, up to a day late, and needs ten
 * days of data. Activate the tag once as a cost allocation tag.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html
 */
export class CostAnomaly extends Construct {
  constructor(scope: Construct, id: string, props: CostAnomalyProps) {
    super(scope, id);
    // Cost Explorer is global, so the name contains the workflow and its Region.
    const { stackName, region } = Stack.of(this);
    const name = `${stackName} ${region}`;
    const monitor = new ce.CfnAnomalyMonitor(this, 'Monitor', {
      monitorName: `${name} cost center ${props.costCenter}`,
      monitorType: 'CUSTOM',
      monitorSpecification: JSON.stringify({
        Tags: { Key: 'costCenter', Values: [props.costCenter], MatchOptions: ['EQUALS'] },
      }),
    });
    const subscription = new ce.CfnAnomalySubscription(this, 'Subscription', {
      subscriptionName: `${name} cost center ${props.costCenter}`,
      monitorArnList: [monitor.attrMonitorArn],
      // Individual alerts go to an SNS topic only; daily and weekly summaries go by e-mail only.
      frequency: 'IMMEDIATE',
      subscribers: [{ type: 'SNS', address: props.topic.topicArn }],
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          Values: [String(props.minimumUsd)],
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
        },
      }),
    });
    covers(subscription, 'MON-08', 'TRAP-08', 'COST-01');
  }
}
