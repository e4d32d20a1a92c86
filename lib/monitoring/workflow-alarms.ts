import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import { endpointMetric, ingestNamespace, machineMetric, pipelineMetric, vcpusOf, violationsMetric } from './metrics';

export interface WorkflowAlarmsProps {
  readonly topic: sns.ITopic;
  readonly problemName: string;
  readonly endpointName: string;
  readonly variantName: string;
  readonly scheduleName: string;
  readonly endpointInstanceType: string;
  readonly pipelineName: string;
  readonly releaseMachineArn: string;
  readonly batchMachineArn: string;
  /** @default no machine: AWS's own monitor has a schedule of its own. */
  readonly monitoringMachineArn?: string;
  readonly deadLetterQueues: Readonly<Record<string, sqs.IQueue>>;
}

interface AlarmSpec {
  readonly metric: cloudwatch.Metric;
  readonly threshold: number;
  /** @default at least the threshold */
  readonly operator?: cloudwatch.ComparisonOperator;
  readonly periods?: number;
  /** @default missing data is no evidence of trouble */
  readonly missing?: cloudwatch.TreatMissingData;
  readonly why: string;
}

const { GREATER_THAN_THRESHOLD, GREATER_THAN_OR_EQUAL_TO_THRESHOLD, LESS_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;

/**
 * What a person must hear of (MON-01, STAGE-08, TRAP-07). Errors and latency of the endpoint have their alarms in the Serving
 * stack, where they also stop a canary.
 *
 * Missing data: counters of failures are written only when something happens, so "no data" is their normal state and not
 * breaching. Where silence itself is the failure, it is breaching.
 */
export class WorkflowAlarms extends Construct {
  readonly drift: cloudwatch.Alarm;
  readonly all: cloudwatch.Alarm[] = [];

  constructor(scope: Construct, id: string, private readonly props: WorkflowAlarmsProps) {
    super(scope, id);

    this.drift = this.alarm('Drift', {
      metric: violationsMetric(props),
      threshold: 1,
      why:
        'Captured traffic broke a constraint of the live model\'s baseline. The thresholds are in the constraints, so one violation is one too many. ' +
        'An hour without traffic proves nothing and is not breaching; that the analysis runs at all is another alarm\'s question.',
    });
    answers(this.drift, 'FLOW-11', 'MON-04', 'FEAT-06', 'FLOWCHK-04', 'SYMPTOM-07', 'CUE-03');

    answers(
      this.alarm('Cpu', {
        metric: endpointMetric(props.endpointName, props.variantName, 'CPUUtilization', 'Average'),
        // 100 % for each vCPU.
        threshold: 80 * vcpusOf(props.endpointInstanceType),
        operator: GREATER_THAN_THRESHOLD,
        periods: 3,
        why: 'The fleet computes at more than 80 % of all its vCPUs for a quarter of an hour: scaling is too slow or at its maximum.',
      }),
      'MON-02',
      'COST-03',
    );

    answers(
      this.alarm('PipelineFailed', {
        metric: pipelineMetric(props.pipelineName, 'ExecutionFailed'),
        threshold: 1,
        why: 'A training pipeline failed. Also a model below its gate fails the pipeline: no new model will come of this run.',
      }),
      'STAGE-09',
      'SYMPTOM-01',
      'SYMPTOM-02',
    );

    this.machineAlarms();
    this.ingestAlarms();

    for (const [name, queue] of Object.entries(props.deadLetterQueues)) {
      this.alarm(`${name}DeadLetters`, {
        metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(5) }),
        threshold: 1,
        why: 'An event could not be delivered within its retries: something that should have happened did not. Read the message, then redrive it.',
      });
    }
  }

  private machineAlarms(): void {
    const machines = {
      Release: this.props.releaseMachineArn,
      Batch: this.props.batchMachineArn,
      ...(this.props.monitoringMachineArn === undefined ? {} : { Analysis: this.props.monitoringMachineArn }),
    };
    for (const [name, arn] of Object.entries(machines)) {
      // The machines tell of their own failures; these alarms also know of those that died without a word.
      for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'] as const) {
        const alarm = this.alarm(`${name}${metric.replace('Executions', '')}`, {
          metric: machineMetric(arn, metric, Duration.minutes(5)),
          threshold: 1,
          why: `An execution of ${name.toLowerCase()} ended as ${metric.replace('Executions', '').toLowerCase()}. One is worth a look: each has already retried what passes by itself.`,
        });
        if (name === 'Release') answers(alarm, 'COST-05', 'DEPLOYCHK-07');
      }
    }
    if (this.props.monitoringMachineArn !== undefined) {
      answers(
        this.alarm('MonitorSilent', {
          metric: machineMetric(this.props.monitoringMachineArn, 'ExecutionsSucceeded', Duration.hours(1)),
          threshold: 1,
          operator: LESS_THAN_THRESHOLD,
          periods: 3,
          missing: cloudwatch.TreatMissingData.BREACHING,
          why: 'No analysis ended well for three hours (it is due each hour). A monitor that never runs looks exactly like a model that never drifts; so silence breaches.',
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
      this.alarm('ObjectsQuarantined', {
        metric: ingest('ObjectsQuarantined'),
        threshold: 1,
        why: 'A whole file was refused: a source changed its format, or sent the same file twice.',
      }),
      'STAGE-02',
      'DATADEC-05',
    );
    answers(
      this.alarm('RowsQuarantined', {
        metric: ingest('RowsQuarantined'),
        threshold: 1,
        why: 'Rows were refused. The reason of each is in the quarantine prefix; none of them is in the curated data.',
      }),
      'DATA-06',
      'PREP-02',
    );
  }

  private alarm(id: string, spec: AlarmSpec): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      alarmDescription: spec.why,
      metric: spec.metric,
      threshold: spec.threshold,
      comparisonOperator: spec.operator ?? GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: spec.periods ?? 1,
      treatMissingData: spec.missing ?? cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.props.topic));
    alarm.addOkAction(new SnsAction(this.props.topic));
    this.all.push(alarm);
    return alarm;
  }
}
