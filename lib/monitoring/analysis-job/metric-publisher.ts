import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { DataLakeStage } from '../../data-lake/stage';
import type { ServingStage } from '../../serving/stage';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import type { WorkflowContext } from '../../shared/stack/workflow-context';
import { featureNamespace, outputColumns, workflowNamespace } from '../metrics/metrics';
import { driftNames } from './monitor-names';

export interface MetricPublisherProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly serving: ServingStage;
  /** With AWS's own monitor an event calls the function. @default our state machine calls it and handles its failure */
  readonly deadLetters?: DeadLetterQueue;
  /** Features whose drift counts. */
  readonly watchedFeatures: readonly string[];
  /** Whether each feature gets a metric. */
  readonly publishesFeatures: boolean;
  /** With AWS's own monitors: the schedules whose runs are published. @default our state machine names the run */
  readonly monitoringScheduleArns?: readonly string[];
}

/** Publishes the results of an analysis as metrics, because the job has no network. */
export class MetricPublisher extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: MetricPublisherProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { capture } = props.lake;
    const { endpointName, scheduleName } = driftNames(props.serving);
    const own = props.monitoringScheduleArns === undefined;
    const publisher = new WorkflowFunction(this, 'Function', {
      name: 'publish-drift-metrics',
      description: 'Publishes the results of a drift analysis as metrics.',
      timeout: Duration.minutes(1),
      environment: {
        CAPTURE_BUCKET: capture.bucketName,
        ENDPOINT_NAME: endpointName,
        SCHEDULE_NAME: scheduleName,
        FEATURE_NAMESPACE: featureNamespace,
        WORKFLOW_NAMESPACE: workflowNamespace,
        OUTPUT_COLUMNS: outputColumns.join(','),
        PUBLISHES_FEATURES: String(props.publishesFeatures),
        // AWS's own monitors write no distances of features.
        ...(props.monitoringScheduleArns === undefined
          ? { WATCHED_FEATURES: props.watchedFeatures.join(',') }
          : { MONITORING_SCHEDULE_ARNS: props.monitoringScheduleArns.join(',') }),
      },
      deadLetters: own ? undefined : props.deadLetters,
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadMonitoringResults',
          actions: ['s3:GetObject'],
          resources: [capture.arnForObjects('monitoring/*')],
        }),
        useDataKeyThroughS3(stack, props.context.dataKey, ['kms:Decrypt']),
        new iam.PolicyStatement({
          sid: 'PublishDriftMetrics',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: {
            StringEquals: {
              'cloudwatch:namespace':
                own && props.publishesFeatures ? [featureNamespace, workflowNamespace] : [workflowNamespace],
            },
          },
        }),
        ...(own ? [] : [describeJobs(stack)]),
      ],
    });
    acknowledgeWildcards(
      publisher.role,
      { pattern: '/monitoring/*', reason: "EV-001: Each analysis writes below its own job's name." },
      ...(own
        ? []
        : [{ pattern: ':processing-job/*', reason: 'EV-008: Model Monitor chooses the names of its jobs.' }]),
      { pattern: '*', reason: 'EV-002: Publishing metrics supports no resource; the namespaces are a condition.' },
    );
    this.functionArn = publisher.function.functionArn;
  }
}

function describeJobs(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'DescribeProcessingJobs',
    actions: ['sagemaker:DescribeProcessingJob'],
    resources: [stack.formatArn({ service: 'sagemaker', resource: 'processing-job', resourceName: '*' })],
  });
}
