import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../../config';
import { releaseNamespace } from '../../release/reconciler';
import { microsecondsPerMillisecond } from '../../serving/rollback-alarms';
import { captures, type ServingPattern } from '../../serving/serving-pattern';
import type { AlarmCatalogue } from '../../shared/alarms/alarm-catalogue';
import { answers } from '../../shared/blueprint/answers';
import {
  endpointMetric,
  ingestNamespace,
  machineMetric,
  pipelineMetric,
  vcpusOf,
  violationsMetric,
} from '../metrics/metrics';

export interface WorkflowAlarmsProps {
  readonly alarms: AlarmCatalogue;
  readonly pattern: ServingPattern;
  readonly problemName: string;
  readonly endpointName: string;
  readonly variantName: string;
  readonly scheduleName: string;
  readonly endpointInstanceType: string;
  readonly thresholds: Pick<WorkflowConfiguration['alarms'], 'overheadMilliseconds' | 'cpuPercent'>;
  /** Target of automatic scaling. */
  readonly requestsPerMinuteAndInstance: number;
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly releaseMachineArn: string;
  readonly batchMachineArn: string;
  /** @default there are no captures that outcomes could be matched to */
  readonly modelQualityMachineArn?: string;
  /** @default no machine: AWS's own monitor has a schedule of its own. */
  readonly monitoringMachineArn?: string;
  readonly deadLetterQueues: Readonly<Record<string, sqs.IQueue>>;
}

/**
 * The analysis of an hour publishes some half hour after it, stamped with the hour's end. Over one hour a lasting drift
 * would clear and rise again with each run; over two it is one alarm.
 */
const fromRunToRun = { periods: 2, datapoints: 1 } as const;

/** Counters of failures are written only when something fails. */
const noFailure = {
  treatAs: 'notBreaching',
  why: 'The metric is written only when something happens: silence is its normal state.',
} as const;

const { GREATER_THAN_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

/**
 * What a person must hear of (MON-01, STAGE-08, TRAP-07). Errors and latency of the endpoint have their alarms in the
 * Serving stack, where they also stop a canary.
 */
export class WorkflowAlarms extends Construct {
  /** Where requests are captured. */
  readonly drift?: cloudwatch.Alarm;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WorkflowAlarmsProps,
  ) {
    super(scope, id);

    const { alarms, pattern } = props;
    if (captures(pattern)) this.drift = this.captureAlarms();
    if (pattern === 'real-time') this.overheadAlarm();
    if (pattern === 'real-time' || pattern === 'asynchronous') this.cpuAlarm();
    if (pattern === 'real-time') this.scalingAlarm();
    answers(
      alarms.add(this, 'PipelineFailed', {
        target: 'workflow',
        metric: pipelineMetric(props.pipelineName, 'ExecutionFailed'),
        threshold: 1,
        why: 'A training pipeline failed. Also a model below its gate fails the pipeline: no new model will come of this run, so the first one counts.',
        missing: noFailure,
        owner: 'model',
        runbook: 'pipeline-failed',
      }),
      'STAGE-09',
      'SYMPTOM-01',
      'SYMPTOM-02',
    );

    this.machineAlarms();
    this.reconcilerAlarms();
    this.ingestAlarms();

    for (const [name, queue] of Object.entries(props.deadLetterQueues)) {
      alarms.add(this, `${name}DeadLetters`, {
        target: 'workflow',
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
        threshold: 1,
        why: 'An event could not be delivered within its retries: something that should have happened did not. One is one too many.',
        missing: {
          treatAs: 'notBreaching',
          why: 'SQS stops reporting on a queue that nobody used for six hours; an empty one is such a queue.',
        },
        owner: 'platform',
        runbook: 'dead-letters',
      });
    }
  }

  private captureAlarms(): cloudwatch.Alarm {
    const drift = this.props.alarms.add(this, 'Drift', {
      target: 'input data',
      metric: violationsMetric(this.props),
      threshold: 1,
      ...fromRunToRun,
      why:
        "Captured traffic broke a constraint of the live model's baseline within the hour that was analysed. The thresholds are in the constraints, " +
        'so one violation is one too many.',
      missing: {
        treatAs: 'notBreaching',
        why: 'An hour without traffic proves nothing. That the analysis runs at all is the question of MonitorSilent.',
      },
      owner: 'model',
      runbook: 'drift',
    });
    answers(drift, 'FLOW-11', 'MON-04', 'FEAT-06', 'FLOWCHK-04', 'SYMPTOM-07', 'CUE-03');

    answers(
      this.props.alarms.add(this, 'OutputShift', {
        target: 'model output',
        metric: violationsMetric(this.props, 'OutputViolations'),
        threshold: 1,
        ...fromRunToRun,
        why:
          "The endpoint's answers of an hour are distributed otherwise than this model's answers to the months held back: probabilities further apart than " +
          'the constraint allows, or another share of decisions. Needs no labels, so it is the first to know of a feed that fell silent.',
        missing: {
          treatAs: 'notBreaching',
          why: 'An hour without traffic has no answers to compare. That the analysis runs at all is the question of MonitorSilent.',
        },
        owner: 'model',
        runbook: 'output-shift',
      }),
      'MON-05',
    );
    return drift;
  }

  private overheadAlarm(): void {
    const { overheadMilliseconds } = this.props.thresholds;
    answers(
      this.props.alarms.add(this, 'Overhead', {
        target: 'endpoint',
        metric: endpointMetric(this.props.endpointName, this.props.variantName, 'OverheadLatency', 'p95'),
        threshold: overheadMilliseconds * microsecondsPerMillisecond,
        operator: GREATER_THAN_THRESHOLD,
        periods: 3,
        why:
          `One request in twenty spends more than ${overheadMilliseconds} ms in SageMaker before and after the model: large bodies, or requests ` +
          "that queue. A quarter of an hour: single slow minutes come with new connections. No release is rolled back for it: it is not the model's time.",
        missing: { treatAs: 'notBreaching', why: 'Nobody called.' },
        owner: 'platform',
        runbook: 'overhead-latency',
      }),
      'MON-01',
      'SYMPTOM-04',
    );
  }

  private cpuAlarm(): void {
    const { cpuPercent } = this.props.thresholds;
    answers(
      this.props.alarms.add(this, 'Cpu', {
        target: 'infrastructure',
        metric: endpointMetric(this.props.endpointName, this.props.variantName, 'CPUUtilization', 'Average'),
        // 100 % for each vCPU.
        threshold: cpuPercent * vcpusOf(this.props.endpointInstanceType),
        operator: GREATER_THAN_THRESHOLD,
        periods: 3,
        why: `The fleet computes at more than ${cpuPercent} % of all its vCPUs for a quarter of an hour: scaling is too slow or at its maximum.`,
        missing: { treatAs: 'notBreaching', why: 'There is no endpoint, and so nothing that computes.' },
        owner: 'platform',
        runbook: 'cpu',
      }),
      'MON-02',
      'COST-03',
    );
  }

  private scalingAlarm(): void {
    const { requestsPerMinuteAndInstance } = this.props;
    answers(
      this.props.alarms.add(this, 'ScalingAtMaximum', {
        target: 'infrastructure',
        metric: endpointMetric(this.props.endpointName, this.props.variantName, 'InvocationsPerInstance', 'Sum').with({
          period: Duration.minutes(1),
        }),
        // SageMaker publishes no instance count; but what scaling would have brought down by now is beyond its reach.
        threshold: requestsPerMinuteAndInstance,
        operator: GREATER_THAN_THRESHOLD,
        periods: 15,
        why:
          `Each instance gets more than ${requestsPerMinuteAndInstance} requests a minute, the target of scaling, for a quarter of an hour. Scaling adds ` +
          'instances within some minutes: it is at its maximum, or new instances do not come.',
        missing: { treatAs: 'notBreaching', why: 'Nobody called.' },
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
        dimensionsMap: { ModelPackageGroup: this.props.modelPackageGroupName },
        statistic,
        period,
      });
    answers(
      this.props.alarms.add(this, 'ReleaseNeedsPerson', {
        target: 'workflow',
        metric: needsPerson('Maximum', Duration.minutes(15)),
        threshold: 1,
        periods: 2,
        why:
          'What serves is not the newest approved version, and the reconciler cannot change that: a stack that is stuck, releases that fail again and again, or ' +
          'an approval that was withdrawn. Two looks, a quarter of an hour apart: a person may be about to repair it.',
        missing: {
          treatAs: 'notBreaching',
          why: 'That the reconciler looks at all is the question of ReconcilerSilent.',
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
      why: 'Nobody has compared what is approved with what serves for an hour; it is due each quarter of an hour. An approval whose event is lost now stays lost.',
      missing: {
        treatAs: 'missing',
        why: 'Silence is the failure that it looks for, once there has been a first look.',
      },
      owner: 'platform',
      runbook: 'release-needs-person',
    });
  }

  private machineAlarms(): void {
    const machines = {
      Release: this.props.releaseMachineArn,
      Batch: this.props.batchMachineArn,
      ...(this.props.modelQualityMachineArn === undefined
        ? {}
        : { ModelQualityRun: this.props.modelQualityMachineArn }),
      ...(this.props.monitoringMachineArn === undefined ? {} : { Analysis: this.props.monitoringMachineArn }),
    };
    for (const [name, arn] of Object.entries(machines)) {
      // The machines tell of their own failures; these alarms also know of those that died without a word.
      for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'] as const) {
        const alarm = this.props.alarms.add(this, `${name}${metric.replace('Executions', '')}`, {
          target: 'workflow',
          metric: machineMetric(arn, metric, Duration.minutes(5)),
          threshold: 1,
          why: `An execution of ${words(name, ' ')} ended as ${metric.replace('Executions', '').toLowerCase()}. One is worth a look: each has already retried what passes by itself.`,
          missing: noFailure,
          owner: 'platform',
          runbook: `${words(name, '-')}-failed`,
        });
        if (name === 'Release') answers(alarm, 'COST-05', 'DEPLOYCHK-07');
      }
    }
    if (this.props.monitoringMachineArn !== undefined) {
      answers(
        this.props.alarms.add(this, 'MonitorSilent', {
          target: 'workflow',
          metric: machineMetric(this.props.monitoringMachineArn, 'ExecutionsSucceeded', Duration.hours(1)),
          threshold: 1,
          operator: LESS_THAN_THRESHOLD,
          periods: 3,
          why: 'No analysis ended well for three hours (it is due each hour): one late run is no news, three are.',
          missing: {
            treatAs: 'missing',
            why: 'A monitor that does not run looks exactly like a model that does not drift. Armed by the first run.',
          },
          owner: 'platform',
          runbook: 'monitor-silent',
        }),
        'MON-04',
        'TRAP-07',
      );
    }
  }

  private ingestAlarms(): void {
    const ingest = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: ingestNamespace,
        metricName,
        dimensionsMap: { Problem: this.props.problemName },
        statistic: 'Sum',
        period: Duration.minutes(5),
      });
    answers(
      this.props.alarms.add(this, 'ObjectsQuarantined', {
        target: 'input data',
        metric: ingest('ObjectsQuarantined'),
        threshold: 1,
        why: 'A whole file was refused: a source changed its format, or sent the same file twice. One is enough: its month is missing.',
        missing: noFailure,
        owner: 'data',
        runbook: 'quarantine',
      }),
      'STAGE-02',
      'DATADEC-05',
    );
    answers(
      this.props.alarms.add(this, 'RowsQuarantined', {
        target: 'input data',
        metric: ingest('RowsQuarantined'),
        threshold: 1,
        why: 'Rows were refused. The reason of each is in the quarantine prefix; none of them is in the curated data.',
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
