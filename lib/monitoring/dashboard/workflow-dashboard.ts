import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ingestNamespace } from '../../data-lake/batch-ingest';
import { type WatchedAlarm, watchedTargets } from '../../shared/alarms/alarm-catalog';
import { covers } from '../../shared/blueprint/covers';
import { pipelineMetric, stateMachineMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';
import { graph, servingRows } from './serving-widgets';

export interface WorkflowDashboardProps
  extends Pick<MonitoredWorkflow, 'context' | 'training' | 'serving' | 'release'> {
  /** The alarms of all stacks. */
  readonly shownAlarms: readonly WatchedAlarm[];
}

/** One page, from "is anything wrong?" to "where?" and "what changed?" (READY-10: signals that a served model needs). */
export class WorkflowDashboard extends Construct {
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: WorkflowDashboardProps) {
    super(scope, id);
    const { context, training, release, shownAlarms } = props;
    const ingest = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: ingestNamespace,
        metricName,
        dimensionsMap: { Problem: context.problem.name },
        statistic: 'Sum',
        period: Duration.hours(1),
      });

    const dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { defaultInterval: Duration.days(1) });
    // Only alarms in ALARM, the newest first. An empty box means that nothing is wrong.
    dashboard.addWidgets(alarmStatus('In ALARM now', shownAlarms, 24, { states: [cloudwatch.AlarmState.ALARM] }));
    const watched = watchedTargets.map((target) => ({
      target,
      alarms: shownAlarms.filter((alarm) => alarm.target === target),
    }));
    const boxes = watched
      .filter(({ alarms }) => alarms.length > 0)
      .map(({ target, alarms }) => alarmStatus(capitalized(target), alarms, 8));
    for (let row = 0; row < boxes.length; row += 3) dashboard.addWidgets(...boxes.slice(row, row + 3));
    for (const row of servingRows(props)) dashboard.addWidgets(...row);
    dashboard.addWidgets(
      graph(
        'Training pipeline',
        ['ExecutionStarted', 'ExecutionSucceeded', 'ExecutionFailed'].map((name) =>
          pipelineMetric(training.pipelineName, name),
        ),
      ),
      graph(
        'Releases',
        ['ExecutionsSucceeded', 'ExecutionsFailed'].map((name) =>
          stateMachineMetric(release.stateMachine.stateMachineArn, name, Duration.hours(1)),
        ),
      ),
      graph('Ingest', [ingest('RowsCurated'), ingest('RowsQuarantined'), ingest('ObjectsQuarantined')]),
    );
    this.dashboardName = dashboard.dashboardName;
    covers(dashboard, 'READY-10', 'MON-01', 'MON-02', 'MON-05', 'MON-06', 'SVC-19');
  }
}

function alarmStatus(
  title: string,
  alarms: readonly WatchedAlarm[],
  width: number,
  more: Partial<cloudwatch.AlarmStatusWidgetProps> = {},
): cloudwatch.AlarmStatusWidget {
  const { STATE_UPDATED_TIMESTAMP } = cloudwatch.AlarmStatusWidgetSortBy;
  return new cloudwatch.AlarmStatusWidget({
    title,
    alarms: [...alarms],
    sortBy: STATE_UPDATED_TIMESTAMP,
    width,
    height: 4,
    ...more,
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
