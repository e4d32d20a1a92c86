import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { driftNames, modelQualityNames } from '../analysis-job/monitor-names';
import { watchedFeatures } from '../drift/watched-features';
import {
  endpointMetric,
  featureDriftMetric,
  largestDistanceMetricName,
  type MonitorNames,
  outcomeNamespaces,
  queueMetric,
  violationsMetric,
  workflowNamespace,
} from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type ServingWidgetsProps = Pick<MonitoredWorkflow, 'context' | 'serving'>;

/** A third of the dashboard's width. */
export function graph(
  title: string,
  left: cloudwatch.IMetric[],
  more: Partial<cloudwatch.GraphWidgetProps> = {},
): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, height: 6, ...more });
}

/** Rows of the dashboard about requests and predictions of the live model, with the metrics that the pattern has. */
export function servingRows({ context, serving }: ServingWidgetsProps): cloudwatch.IWidget[][] {
  const { configuration, problem, pattern } = context;
  const drift = driftNames(serving);
  const quality = modelQualityNames(serving);
  const endpoint = (metric: string, statistic: string) =>
    endpointMetric(serving.endpointName, serving.variantName, metric, statistic);
  const maximum = {
    leftAnnotations: [{ value: problem.serving.maximumLatencyMilliseconds * 1_000, label: 'maximum' }],
  };
  const errors = graph('Error rate', [
    endpoint('Invocation5XXErrors', 'Average'),
    endpoint('Invocation4XXErrors', 'Average'),
  ]);
  const latency = graph(
    'Latency: model and overhead (microseconds)',
    [endpoint('ModelLatency', 'p50'), endpoint('ModelLatency', 'p95'), endpoint('OverheadLatency', 'p95')],
    maximum,
  );
  const requests = graph('Requests', [endpoint('Invocations', 'Sum')]);
  const instances = graph(
    'CPU (100 % for each vCPU), memory, disk',
    ['CPUUtilization', 'MemoryUtilization', 'DiskUtilization'].map((metric) => endpoint(metric, 'Average')),
  );
  switch (pattern) {
    case 'real-time':
      return [
        [requests, errors, latency],
        [
          instances,
          graph('Violated constraints', [violationsMetric(drift)]),
          configuration.monitoring.featureMetrics
            ? graph(
                'Drift by feature',
                watchedFeatures(problem).map((feature) => featureDriftMetric(drift, feature)),
              )
            : graph('Largest distance of a feature from the baseline', [
                violationsMetric(drift, largestDistanceMetricName),
              ]),
        ],
        [
          graph('Area under the ROC curve', [modelQualityMetric(quality, 'auc')], { leftYAxis: { min: 0.5, max: 1 } }),
          graph(
            'Cost of 1,000 predictions: model, "never flag", "always flag"',
            ['CostPer1000', 'CostOfNeverFlaggingPer1000', 'CostOfAlwaysFlaggingPer1000'].map((name) =>
              modelQualityMetric(quality, name),
            ),
          ),
          graph(
            'Predictions with and without an outcome',
            ['PredictionsLabeled', 'PredictionsWithoutLabel'].map((name) => modelQualityMetric(quality, name)),
          ),
        ],
      ];
    case 'serverless':
      return [
        [requests, errors, latency],
        [
          graph('Cold starts: duration (microseconds) and number', [endpoint('ModelSetupTime', 'p95')], {
            right: [endpoint('ModelSetupTime', 'SampleCount')],
          }),
          graph(
            'Concurrent executions, as a share of the maximum',
            [endpoint('ServerlessConcurrentExecutionsUtilization', 'Maximum')],
            { leftYAxis: { min: 0, max: 1 } },
          ),
        ],
      ];
    case 'asynchronous': {
      const queue = (metric: string) => queueMetric(serving.endpointName, metric, 'Maximum');
      return [
        [
          graph('Waiting requests: total and for each instance', [
            queue('ApproximateBacklogSize'),
            queue('ApproximateBacklogSizePerInstance'),
          ]),
          graph('Age of the oldest request (seconds)', [queue('ApproximateAgeOfOldestRequest')]),
          graph('Requests wait and no instance runs (1 = yes)', [queue('HasBacklogWithoutCapacity')]),
        ],
        [
          graph(
            'Processed, failed and expired requests',
            ['InvocationsProcessed', 'InvocationFailures', 'ExpiredRequests'].map((metric) => endpoint(metric, 'Sum')),
          ),
          latency,
          instances,
        ],
      ];
    }
    case 'batch':
      return [];
  }
}

/** A metric of the daily model quality run. Model Monitor's metric names are in lower case, the workflow's own are not. */
function modelQualityMetric(names: MonitorNames, metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: /^[a-z]/.test(metricName) ? outcomeNamespaces[0] : workflowNamespace,
    metricName,
    dimensionsMap: { Endpoint: names.endpointName, MonitoringSchedule: names.scheduleName },
    statistic: 'Average',
    period: Duration.days(1),
  });
}
