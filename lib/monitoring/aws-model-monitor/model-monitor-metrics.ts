import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { MetricPublisher } from '../analysis-job/metric-publisher';
import { driftNames, outcomeScheduleName } from '../analysis-job/monitor-names';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type ModelMonitorMetricsProps = Pick<MonitoredWorkflow, 'context' | 'lake' | 'serving' | 'deadLetters'>;

/**
 * Model Monitor publishes a metric for each feature, but writes the number of violations only to a file. The drift alarm
 * watches that number, so a function reads each finished run's file and publishes the number, as our own drift analysis
 * does. It does the same for the quality, bias and explainability monitors.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-interpreting-violations.html
 */
export class ModelMonitorMetrics extends Construct {
  constructor(scope: Construct, id: string, props: ModelMonitorMetricsProps) {
    super(scope, id);
    const { endpointName, scheduleName } = driftNames(props.serving);
    const publisher = new MetricPublisher(this, 'Publisher', {
      ...props,
      watchedFeatures: [],
      publishesFeatures: false,
      monitoringScheduleArns: [
        scheduleName,
        ...Object.values(outcomeScheduleName).map((name) => name(endpointName)),
      ].map((resourceName) =>
        Stack.of(this).formatArn({ service: 'sagemaker', resource: 'monitoring-schedule', resourceName }),
      ),
    });
    const rule = new EventRule(this, 'RunCompleted', {
      description: 'Publishes the violations of a finished Model Monitor run.',
      // The event does not name the schedule, and Model Monitor chooses the job's name, so the function calls
      // DescribeProcessingJob.
      eventPattern: {
        source: ['aws.sagemaker'],
        'detail-type': ['SageMaker Processing Job State Change'],
        detail: { ProcessingJobStatus: ['Completed'] },
      },
      deadLetters: props.deadLetters,
      target: { functionArn: publisher.functionArn },
    });
    covers(rule, 'SVC-09', 'MON-04');
  }
}
