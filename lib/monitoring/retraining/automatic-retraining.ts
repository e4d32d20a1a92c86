import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { outputColumns } from '../metrics/metrics';
import type { MonitoredWorkflow } from '../monitored-workflow';

export interface AutomaticRetrainingProps
  extends Pick<MonitoredWorkflow, 'context' | 'lake' | 'training' | 'deadLetters'> {
  /** @default none: the pattern captures no requests, so only new labels and the model's age start a training */
  readonly driftAlarm?: cloudwatch.IAlarm;
  /** @default none: predictions are not evaluated on outcomes */
  readonly qualityAlarm?: cloudwatch.IAlarm;
}

/**
 * Four triggers start a training: drift, worse predictions, the labels of a new month, and the model's age (CHOICE-04:
 * retraining by schedule or by trigger; STAGE-09: what retraining records). None starts a release: the new version waits
 * for a person's approval. One function decides and records its inputs (`retraining/decisions/`). A cool-down and a
 * weekly cap limit the trainings during a lasting drift (BALANCE-07: how often to retrain).
 */
export class AutomaticRetraining extends Construct {
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: AutomaticRetrainingProps) {
    super(scope, id);
    const { context, training, deadLetters } = props;
    const { retraining } = context.configuration;
    const { split } = context.problem;
    const { curated, artifacts, capture } = props.lake;
    const { approvedModel } = training.parameters;
    const stack = Stack.of(this);
    const curatedPrefix = 'curated/flights/';
    const pipelineArn = stack.formatArn({
      service: 'sagemaker',
      resource: 'pipeline',
      resourceName: training.pipelineName,
    });

    const starter = new WorkflowFunction(this, 'StartRetraining', {
      name: 'start-retraining',
      description: 'Decides whether to retrain and on which data, records the decision, and starts the pipeline.',
      timeout: Duration.minutes(2),
      environment: {
        PIPELINE_NAME: training.pipelineName,
        APPROVED_MODEL_PARAMETER: approvedModel.parameterName,
        NO_LIVE_MODEL_URI: training.stepCode.noLiveModel.uri,
        CURATED_BUCKET: curated.bucketName,
        CURATED_PREFIX: curatedPrefix,
        ARTIFACTS_BUCKET: artifacts.bucketName,
        CAPTURE_BUCKET: capture.bucketName,
        OUTPUT_COLUMNS: outputColumns.join(','),
        ...(props.qualityAlarm ? { QUALITY_ALARM: props.qualityAlarm.alarmName } : {}),
        RULES: JSON.stringify({
          cooldownHours: retraining.cooldownHours,
          maximumPerWeek: retraining.maximumPerWeek,
          maximumModelAgeDays: retraining.maximumModelAgeDays,
          recentMonths: retraining.recentMonths,
          longestMonths: retraining.longestMonths,
          // The newest months, which the split holds back for validation and test.
          heldBackMonths: split.testUnits + split.validationUnits,
          completeShare: retraining.completeMonthShare,
        }),
      },
      deadLetters,
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'StartTraining',
          actions: ['sagemaker:ListPipelineExecutions', 'sagemaker:StartPipelineExecution'],
          resources: [pipelineArn],
        }),
        new iam.PolicyStatement({
          sid: 'DescribeLiveModel',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [training.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'ReadApprovedPackage',
          actions: ['ssm:GetParameter'],
          resources: [approvedModel.parameterArn],
        }),
        // Versions, not only names: to repeat a training, the versions that it read must be known (CUE-05: rebuilding an
        // older model).
        new iam.PolicyStatement({
          sid: 'ListObjectVersions',
          actions: ['s3:ListBucketVersions'],
          resources: [curated.bucketArn],
          conditions: { StringEquals: { 's3:prefix': curatedPrefix } },
        }),
        // Curation stores the number of labels in each object's metadata, so HEAD is enough and needs no key.
        new iam.PolicyStatement({
          sid: 'ReadLabelCounts',
          actions: ['s3:GetObject'],
          resources: [curated.arnForObjects(`${curatedPrefix}*`)],
        }),
        ...(props.driftAlarm ? readFindings(capture) : []),
        new iam.PolicyStatement({
          sid: 'WriteDecision',
          actions: ['s3:PutObject'],
          resources: [artifacts.arnForObjects('retraining/decisions/*'), artifacts.arnForObjects('pipeline/data/*')],
        }),
        useDataKeyThroughS3(stack, context.dataKey),
      ],
    });
    this.functionName = starter.function.functionName;
    acknowledgeWildcards(
      starter.role,
      {
        pattern: `:model-package/${training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      { pattern: `/${curatedPrefix}*`, reason: 'EV-001: Curated files are named by ingest, by airport and month.' },
      ...(props.driftAlarm
        ? [
            {
              pattern: '/monitoring/*/constraint_violations.json',
              reason: "EV-001: Each analysis writes below its own job's name.",
            },
          ]
        : []),
      { pattern: '/retraining/decisions/*', reason: 'EV-001: Decisions are named after their time.' },
      { pattern: '/pipeline/data/*', reason: 'EV-001: Lists of data are named by their digest.' },
    );

    const { functionArn } = starter.function;
    const raised = (alarm: cloudwatch.IAlarm, ruleId: string, what: string): EventRule =>
      new EventRule(this, ruleId, {
        description: `Calls the retraining function when the ${what} alarm goes into ALARM.`,
        // Only the change to ALARM, not the change back, and not missing data.
        eventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [alarm.alarmArn],
          detail: { state: { value: ['ALARM'] } },
        },
        deadLetters,
        target: { functionArn },
      });
    // Predictions can become worse without input drift, when the relation between features and outcome changes.
    if (props.qualityAlarm)
      covers(raised(props.qualityAlarm, 'QualityRaised', 'quality'), 'STAGE-09', 'CHOICE-04', 'BALANCE-07');
    if (props.driftAlarm) {
      covers(
        raised(props.driftAlarm, 'DriftRaised', 'drift'),
        'FLOW-11',
        'FLOWCHK-05',
        'STAGE-09',
        'MLOPS-07',
        'CHOICE-04',
        'BALANCE-07',
        'SVC-14',
      );
    }
    new EventRule(this, 'ScheduledCheck', {
      description: 'Starts the daily check for months with new outcomes and for an old model.',
      schedule: retraining.schedule,
      deadLetters,
      target: { functionArn },
    });
  }
}

function readFindings(capture: s3.IBucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'ListMonitoringResults',
      actions: ['s3:ListBucket'],
      resources: [capture.bucketArn],
      conditions: { StringEquals: { 's3:prefix': 'monitoring/' } },
    }),
    new iam.PolicyStatement({
      sid: 'ReadMonitoringResults',
      actions: ['s3:GetObject'],
      resources: [capture.arnForObjects('monitoring/*/constraint_violations.json')],
    }),
  ];
}
