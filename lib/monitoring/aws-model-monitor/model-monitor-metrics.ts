import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { answers } from '../../shared/blueprint/answers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { outcomeScheduleName } from '../analysis-job/live-baseline';
import { MetricPublisher } from '../analysis-job/metric-publisher';
import type { MonitorNames } from '../metrics/metrics';

export interface ModelMonitorMetricsProps extends MonitorNames {
  readonly capture: s3.IBucket;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Model Monitor publishes a metric for each feature, and writes the number of violations only to a file. The drift
 * alarm is about that number; so each finished run's file is read, and the number published as our own analysis does.
 * So do the monitors of quality and bias.
 */
export class ModelMonitorMetrics extends Construct {
  constructor(scope: Construct, id: string, props: ModelMonitorMetricsProps) {
    super(scope, id);
    const publisher = new MetricPublisher(this, 'Publisher', {
      ...props,
      watchedFeatures: [],
      publishesFeatures: false,
      monitoringScheduleArns: [
        props.scheduleName,
        ...Object.values(outcomeScheduleName).map((name) => name(props.endpointName)),
      ].map((resourceName) =>
        Stack.of(this).formatArn({ service: 'sagemaker', resource: 'monitoring-schedule', resourceName }),
      ),
    });
    const rule = new EventRule(this, 'RunCompleted', {
      description: 'Publishes the violations of a finished Model Monitor run.',
      // The event does not say which schedule a job belongs to, and Model Monitor names its jobs itself: the function
      // looks.
      eventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Processing Job State Change'],
        detail: { ProcessingJobStatus: ['Completed'] },
      },
      deadLetters: props.deadLetters,
      target: { functionArn: publisher.functionArn },
    });
    answers(rule, 'SVC-09', 'MON-04');
  }
}
