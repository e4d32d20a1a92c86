import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import { type WatchedAlarm, watchedTargets } from '../foundation/alarm-catalogue';
import { endpointMetric, featureDriftMetric, ingestNamespace, judgementNamespaces, machineMetric, pipelineMetric, violationsMetric, workflowNamespace } from './metrics';

export interface WorkflowDashboardProps {
  readonly problemName: string;
  readonly endpointName: string;
  readonly variantName: string;
  readonly scheduleName: string;
  /** Name under which the judgement by outcomes publishes. */
  readonly judgementScheduleName: string;
  readonly pipelineName: string;
  readonly releaseMachineArn: string;
  readonly maximumLatencyMilliseconds: number;
  /** Features whose drift is judged. */
  readonly watchedFeatures: readonly string[];
  readonly alarms: readonly WatchedAlarm[];
}

/** One page, from the question "is anything wrong?" by way of "where?" down to "what moved?". */
export class WorkflowDashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: WorkflowDashboardProps) {
    super(scope, id);
    const endpoint = (metric: string, statistic: string) =>
      endpointMetric(props.endpointName, props.variantName, metric, statistic);
    const ingest = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: ingestNamespace,
        metricName,
        dimensionsMap: { Problem: props.problemName },
        statistic: 'Sum',
        period: Duration.hours(1),
      });
    const graph = (title: string, left: cloudwatch.IMetric[], more: Partial<cloudwatch.GraphWidgetProps> = {}) =>
      new cloudwatch.GraphWidget({ title, left, width: 8, height: 6, ...more });

    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(1) });
    // Only what is wrong, the newest first: an empty box is the good news.
    dashboard.addWidgets(alarmStatus('In alarm now', props.alarms, 24, { states: [cloudwatch.AlarmState.ALARM] }));
    const watched = watchedTargets.map((target) => ({ target, alarms: props.alarms.filter((alarm) => alarm.target === target) }));
    const boxes = watched.filter(({ alarms }) => alarms.length > 0).map(({ target, alarms }) => alarmStatus(capitalized(target), alarms, 8));
    for (let row = 0; row < boxes.length; row += 3) dashboard.addWidgets(...boxes.slice(row, row + 3));
    dashboard.addWidgets(
      graph('Requests', [endpoint('Invocations', 'Sum')]),
      graph('Error rate', [endpoint('Invocation5XXErrors', 'Average'), endpoint('Invocation4XXErrors', 'Average')]),
      graph('Latency: model and overhead (microseconds)', [endpoint('ModelLatency', 'p50'), endpoint('ModelLatency', 'p95'), endpoint('OverheadLatency', 'p95')], {
        leftAnnotations: [{ value: props.maximumLatencyMilliseconds * 1_000, label: 'promised' }],
      }),
    );
    dashboard.addWidgets(
      graph('CPU (100 % for each vCPU), memory, disk', ['CPUUtilization', 'MemoryUtilization', 'DiskUtilization'].map((metric) => endpoint(metric, 'Average'))),
      graph('Violated constraints', [violationsMetric(props)]),
      graph('Drift by feature', props.watchedFeatures.map((feature) => featureDriftMetric(props, feature))),
    );
    dashboard.addWidgets(
      graph('Area under the ROC curve', [judgementMetric(props, 'auc')], { leftYAxis: { min: 0.5, max: 1 } }),
      graph(
        'Cost of 1000 predictions: by the model, never flagging, always flagging',
        ['CostPer1000', 'CostOfNeverFlaggingPer1000', 'CostOfAlwaysFlaggingPer1000'].map((name) => judgementMetric(props, name)),
      ),
      graph('Predictions with and without an outcome', ['PredictionsLabelled', 'PredictionsWithoutLabel'].map((name) => judgementMetric(props, name))),
    );
    dashboard.addWidgets(
      graph('Training pipeline', ['ExecutionStarted', 'ExecutionSucceeded', 'ExecutionFailed'].map((name) => pipelineMetric(props.pipelineName, name))),
      graph('Releases', ['ExecutionsSucceeded', 'ExecutionsFailed'].map((name) => machineMetric(props.releaseMachineArn, name, Duration.hours(1)))),
      graph('Ingest', [ingest('RowsCurated'), ingest('RowsQuarantined'), ingest('ObjectsQuarantined')]),
    );
    this.dashboardName = dashboard.dashboardName;
    answers(dashboard, 'READY-10', 'MON-01', 'MON-02', 'MON-05', 'MON-06', 'SVC-19');
  }
}

/** A day's judgement; Model Monitor's metrics have names in small letters, the workflow's own do not. */
function judgementMetric(props: WorkflowDashboardProps, metricName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: /^[a-z]/.test(metricName) ? judgementNamespaces[0] : workflowNamespace,
    metricName,
    dimensionsMap: { Endpoint: props.endpointName, MonitoringSchedule: props.judgementScheduleName },
    statistic: 'Average',
    period: Duration.days(1),
  });
}

function alarmStatus(title: string, alarms: readonly WatchedAlarm[], width: number, more: Partial<cloudwatch.AlarmStatusWidgetProps> = {}): cloudwatch.AlarmStatusWidget {
  const { STATE_UPDATED_TIMESTAMP } = cloudwatch.AlarmStatusWidgetSortBy;
  return new cloudwatch.AlarmStatusWidget({ title, alarms: [...alarms], sortBy: STATE_UPDATED_TIMESTAMP, width, height: 4, ...more });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
