import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ingestNamespace } from '../../data-lake/batch-ingest';
import { releaseNamespace } from '../../release/reconciler';
import { microsecondsPerMillisecond } from '../../serving/rollback-alarms';
import { requestsPerMinuteAndInstance } from '../../serving/scaling-target';
import { captures } from '../../serving/serving-pattern';
import { covers } from '../../shared/blueprint/covers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import type { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import { driftNames } from '../analysis-job/monitor-names';
import type { CaptureMonitors } from '../captured-requests';
import { endpointMetric, pipelineMetric, stateMachineMetric, vcpusOf, violationsMetric } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export interface WorkflowAlarmsProps extends MonitoredWorkflow {
  /** @default the serving pattern captures no requests */
  readonly monitors?: CaptureMonitors;
  /** @default trainings are not tracked in MLflow */
  readonly experiments?: { readonly deadLetters: DeadLetterQueue };
}

/**
 * The analysis of an hour publishes about half an hour later, with the hour's end as its timestamp. With one period a
 * lasting drift would clear and fire again with each run; with two it is one alarm.
 */
const acrossRuns = { periods: 2, datapoints: 1 } as const;

/** Counters of failures are written only when something fails. */
const noFailure = {
  treatAs: 'notBreaching',
  why: 'The metric is written only when something fails, so no data is normal.',
} as const;

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

/**
 * The alarms of the whole workflow (MON-01: signs of a healthy endpoint; STAGE-08: what monitoring records; TRAP-07: what
 * uptime does not show). The alarms on the endpoint's errors and latency are in the Serving stack, because they also roll
 * back a canary.
 */
export class WorkflowAlarms extends Construct {
  /** Exists where requests are captured. */
  readonly drift?: cloudwatch.Alarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowAlarmsProps,
  ) {
    super(scope, id);

    const { alarms, training } = props;
    const { pattern } = props.context;
    if (captures(pattern)) this.drift = this.captureAlarms();
    if (pattern === 'real-time') this.overheadAlarm();
    if (pattern === 'real-time' || pattern === 'asynchronous') this.cpuAlarm();
    if (pattern === 'real-time') this.scalingAlarm();
    covers(
      alarms.add(this, 'PipelineFailed', {
        target: 'workflow',
        metric: pipelineMetric(training.pipelineName, 'ExecutionFailed'),
        threshold: 1,
        why: 'A training pipeline failed. A model below its quality gate fails the pipeline, too. The run produces no new model, so one failure is enough.',
        missing: noFailure,
        owner: 'model',
        runbook: 'pipeline-failed',
      }),
      'STAGE-09',
      'SYMPTOM-01',
      'SYMPTOM-02',
    );

    this.stateMachineAlarms();
    this.reconcilerAlarms();
    this.ingestAlarms();

    for (const [name, { queue }] of Object.entries(this.deadLetterQueues())) {
      alarms.add(this, `${name}DeadLetters`, {
        target: 'workflow',
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
        threshold: 1,
        why: 'An event could not be delivered within its retries, so work that it should have started did not start. One event is enough.',
        missing: {
          treatAs: 'notBreaching',
          why: 'SQS reports no metrics of a queue that was not used for six hours, as is normal for an empty one.',
        },
        owner: 'platform',
        runbook: 'dead-letters',
      });
    }
  }

  private deadLetterQueues(): Record<string, DeadLetterQueue> {
    const { lake, serving, release, deadLetters, experiments } = this.props;
    return {
      Ingest: lake.ingestDeadLetters,
      Batch: serving.batchScoring.deadLetters,
      Release: release.deadLetters,
      Monitoring: deadLetters,
      ...(experiments && { Experiments: experiments.deadLetters }),
    };
  }

  private captureAlarms(): cloudwatch.Alarm {
    const names = driftNames(this.props.serving);
    const drift = this.props.alarms.add(this, 'Drift', {
      target: 'input data',
      metric: violationsMetric(names),
      threshold: 1,
      ...acrossRuns,
      why:
        "Captured requests of the analyzed hour violate a constraint of the live model's baseline. The constraints contain the thresholds, " +
        'so one violation is enough.',
      missing: {
        treatAs: 'notBreaching',
        why: 'An hour without traffic shows no drift. MonitorSilent watches whether the analysis runs at all.',
      },
      owner: 'model',
      runbook: 'drift',
    });
    covers(drift, 'FLOW-11', 'MON-04', 'FEAT-06', 'FLOWCHK-04', 'SYMPTOM-07', 'CUE-03');

    covers(
      this.props.alarms.add(this, 'OutputShift', {
        target: 'model output',
        metric: violationsMetric(names, 'OutputViolations'),
        threshold: 1,
        ...acrossRuns,
        why:
          "The endpoint's predictions of an hour have another distribution than this model's predictions for the months held back: probabilities further apart than " +
          'the constraint allows, or another share of decisions. It needs no labels, so it is the first alarm when a data feed stops.',
        missing: {
          treatAs: 'notBreaching',
          why: 'An hour without traffic has no predictions to compare. MonitorSilent watches whether the analysis runs at all.',
        },
        owner: 'model',
        runbook: 'output-shift',
      }),
      'MON-05',
    );
    return drift;
  }

  private overheadAlarm(): void {
    const { overheadMilliseconds } = this.props.context.configuration.alarms;
    covers(
      this.props.alarms.add(this, 'Overhead', {
        target: 'endpoint',
        metric: this.endpointMetric('OverheadLatency', 'p95'),
        threshold: overheadMilliseconds * microsecondsPerMillisecond,
        operator: GREATER_THAN_THRESHOLD,
        periods: 3,
        why:
          `One request in twenty spends more than ${overheadMilliseconds} ms in SageMaker before and after the model: large bodies, or requests ` +
          'that queue. 15 minutes, because new connections cause single slow minutes. It rolls back no release, because it does not measure the model.',
        missing: { treatAs: 'notBreaching', why: 'There were no requests.' },
        owner: 'platform',
        runbook: 'overhead-latency',
      }),
      'MON-01',
      'SYMPTOM-04',
    );
  }

  private cpuAlarm(): void {
    const { alarms, instances } = this.props.context.configuration;
    const { cpuPercent } = alarms;
    covers(
      this.props.alarms.add(this, 'Cpu', {
        target: 'infrastructure',
        metric: this.endpointMetric('CPUUtilization', 'Average'),
        // The metric counts 100 % for each vCPU.
        threshold: cpuPercent * vcpusOf(instances.endpoint.instanceType),
        operator: GREATER_THAN_THRESHOLD,
        periods: 3,
        why: `The instances have used more than ${cpuPercent} % of all their vCPUs for 15 minutes: scaling is too slow or at its maximum.`,
        missing: { treatAs: 'notBreaching', why: 'There is no endpoint, so there are no instances.' },
        owner: 'platform',
        runbook: 'cpu',
      }),
      'MON-02',
      'COST-03',
    );
  }

  private scalingAlarm(): void {
    const requests = requestsPerMinuteAndInstance(this.props.context.configuration.serving.realTime);
    covers(
      this.props.alarms.add(this, 'ScalingAtMaximum', {
        target: 'infrastructure',
        metric: this.endpointMetric('InvocationsPerInstance', 'Sum').with({
          period: Duration.minutes(1),
        }),
        // SageMaker publishes no instance count. Load that scaling has not reduced by now is more than it can reduce.
        threshold: requests,
        operator: GREATER_THAN_THRESHOLD,
        periods: 15,
        why:
          `Each instance has received more than ${requests} requests a minute, the target of scaling, for 15 minutes. Scaling adds ` +
          'instances within some minutes, so it is at its maximum, or new instances do not start.',
        missing: { treatAs: 'notBreaching', why: 'There were no requests.' },
        owner: 'platform',
        runbook: 'scaling-at-maximum',
      }),
      'MON-02',
      'COST-04',
    );
  }

  private reconcilerAlarms(): void {
    const needsPerson = (statistic: string, period: Duration) =>
      new cloudwatch.Metric({
        namespace: releaseNamespace,
        metricName: 'NeedsPerson',
        dimensionsMap: { ModelPackageGroup: this.props.training.modelPackageGroupName },
        statistic,
        period,
      });
    covers(
      this.props.alarms.add(this, 'ReleaseNeedsPerson', {
        target: 'workflow',
        metric: needsPerson('Maximum', Duration.minutes(15)),
        threshold: 1,
        periods: 2,
        why:
          'The version that serves is not the newest approved one, and the reconciler cannot change that: the stack is stuck, releases fail repeatedly, or ' +
          'the approval was withdrawn. Two checks, 15 minutes apart, because somebody may already be repairing it.',
        missing: {
          treatAs: 'notBreaching',
          why: 'ReconcilerSilent watches whether the reconciler runs at all.',
        },
        owner: 'platform',
        runbook: 'release-needs-person',
      }),
      'COST-05',
    );
    this.props.alarms.add(this, 'ReconcilerSilent', {
      target: 'workflow',
      metric: needsPerson('SampleCount', Duration.hours(1)),
      threshold: 1,
      operator: LESS_THAN_THRESHOLD,
      why: 'The reconciler has not compared the approved with the serving version for an hour; it is due every 15 minutes. An approval whose event is lost is not released.',
      missing: {
        treatAs: 'missing',
        why: 'No data is the failure itself, from the first check on.',
      },
      owner: 'platform',
      runbook: 'release-needs-person',
    });
  }

  private stateMachineAlarms(): void {
    const { lake, release, serving, monitors } = this.props;
    const stateMachines: Record<string, WorkflowStateMachine> = {
      TrainingSet: lake.trainingSetStateMachine,
      Release: release.stateMachine,
      Batch: serving.batchScoring.stateMachine,
      ...(monitors && { ModelQualityRun: monitors.modelQuality }),
      ...(monitors?.drift && { Analysis: monitors.drift }),
    };
    for (const [name, { stateMachineArn }] of Object.entries(stateMachines)) {
      // The state machines notify of their own failures. These alarms also cover executions that ended without doing so.
      for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'] as const) {
        const alarm = this.props.alarms.add(this, `${name}${metric.replace('Executions', '')}`, {
          target: 'workflow',
          metric: stateMachineMetric(stateMachineArn, metric, Duration.minutes(5)),
          threshold: 1,
          why: `An execution of ${words(name, ' ')} ended as ${metric.replace('Executions', '').toLowerCase()}. One is enough: the execution has already retried transient errors.`,
          missing: noFailure,
          owner: 'platform',
          runbook: `${words(name, '-')}-failed`,
        });
        if (name === 'Release') covers(alarm, 'COST-05', 'DEPLOYCHK-07');
      }
    }
    if (monitors?.drift) {
      covers(
        this.props.alarms.add(this, 'MonitorSilent', {
          target: 'workflow',
          metric: stateMachineMetric(monitors.drift.stateMachineArn, 'ExecutionsSucceeded', Duration.hours(1)),
          threshold: 1,
          operator: LESS_THAN_THRESHOLD,
          periods: 3,
          why: 'No analysis has succeeded for three hours; it is due each hour. One late run is acceptable, three are not.',
          missing: {
            treatAs: 'missing',
            why: 'A monitor that does not run looks exactly like a model that does not drift. Active from the first success on.',
          },
          owner: 'platform',
          runbook: 'monitor-silent',
        }),
        'MON-04',
        'TRAP-07',
      );
    }
  }

  private endpointMetric(metricName: string, statistic: string): cloudwatch.Metric {
    const { endpointName, variantName } = this.props.serving;
    return endpointMetric(endpointName, variantName, metricName, statistic);
  }

  private ingestAlarms(): void {
    const ingest = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: ingestNamespace,
        metricName,
        dimensionsMap: { Problem: this.props.context.problem.name },
        statistic: 'Sum',
        period: Duration.minutes(5),
      });
    covers(
      this.props.alarms.add(this, 'ObjectsQuarantined', {
        target: 'input data',
        metric: ingest('ObjectsQuarantined'),
        threshold: 1,
        why: 'A whole file was refused: a source changed its format, or sent the same file twice. One is enough, because its month is missing.',
        missing: noFailure,
        owner: 'data',
        runbook: 'quarantine',
      }),
      'STAGE-02',
      'DATADEC-05',
    );
    covers(
      this.props.alarms.add(this, 'RowsQuarantined', {
        target: 'input data',
        metric: ingest('RowsQuarantined'),
        threshold: 1,
        why: 'Rows were refused. The quarantine prefix has the reason of each. None of them is in the curated data.',
        missing: noFailure,
        owner: 'data',
        runbook: 'quarantine',
      }),
      'DATA-06',
      'PREP-02',
    );
  }
}

/** ModelQualityRun -> model quality run */
function words(name: string, separator: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, separator).toLowerCase();
}
