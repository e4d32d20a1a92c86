import { Stack } from 'aws-cdk-lib';
import * as ce from 'aws-cdk-lib/aws-ce';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

import { answers } from '../../shared/blueprint/answers';

export interface CostAnomalyProps {
  /** Value of the tag `costCenter`, which all resources carry. */
  readonly costCenter: string;
  readonly minimumUsd: number;
  readonly topic: sns.ITopic;
}

/**
 * Tells what a budget tells too late: that today is unlike other days (MON-08, TRAP-08). A custom monitor over the
 * workflow's own tag, not one over all services: of those an account may have one only, and new accounts come with it.
 * Free; up to a day late; needs ten days to know what is usual, and the tag to be activated once as a cost allocation
 * tag ("Detecting unusual spend with AWS Cost Anomaly Detection").
 */
export class CostAnomaly extends Construct {
  constructor(scope: Construct, id: string, props: CostAnomalyProps) {
    super(scope, id);
    // Cost Explorer has no regions: the workflow and its region are in the name.
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
      // Single anomalies at once go to a topic only; daily and weekly summaries go by e-mail only.
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
    answers(subscription, 'MON-08', 'TRAP-08', 'COST-01');
  }
}
