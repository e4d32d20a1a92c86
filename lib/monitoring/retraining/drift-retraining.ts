import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { WorkflowConfiguration } from '../../config';
import { answers } from '../../shared/blueprint/answers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { outputColumns } from '../metrics/metrics';

export interface DriftRetrainingProps {
  /** @default no requests are captured: new labels and age start a training, drift cannot */
  readonly driftAlarm?: cloudwatch.IAlarm;
  /** @default no predictions are judged: worse decisions start nothing */
  readonly qualityAlarm?: cloudwatch.IAlarm;
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly noLiveModelUri: string;
  readonly curated: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly capture: s3.IBucket;
  readonly retraining: WorkflowConfiguration['retraining'];
  /** Newest months that the split holds back for validation and test. */
  readonly heldBackMonths: number;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Four things start a training by themselves: drift, worse decisions, the labels of a new month, and age (CHOICE-04,
 * STAGE-09). None of them starts a release: whatever comes of the training waits for a person's approval. One function
 * decides, and writes down what it decided from (`retraining/decisions/`); a cool-down and a cap a week keep a lasting
 * drift from training all night (BALANCE-07).
 */
export class DriftRetraining extends Construct {
  readonly functionName: string;

  constructor(scope: Construct, id: string, props: DriftRetrainingProps) {
    super(scope, id);
    const { retraining } = props;
    const stack = Stack.of(this);
    const curatedPrefix = 'curated/flights/';
    const pipelineArn = stack.formatArn({
      service: 'sagemaker',
      resource: 'pipeline',
      resourceName: props.pipelineName,
    });

    const starter = new WorkflowFunction(this, 'StartRetraining', {
      name: 'start-retraining',
      description: 'Decides whether to retrain and on what, writes the decision down, and starts the pipeline.',
      timeout: Duration.minutes(2),
      environment: {
        PIPELINE_NAME: props.pipelineName,
        APPROVED_MODEL_PARAMETER: props.approvedModelParameterName,
        NO_LIVE_MODEL_URI: props.noLiveModelUri,
        CURATED_BUCKET: props.curated.bucketName,
        CURATED_PREFIX: curatedPrefix,
        ARTIFACTS_BUCKET: props.artifacts.bucketName,
        CAPTURE_BUCKET: props.capture.bucketName,
        OUTPUT_COLUMNS: outputColumns.join(','),
        ...(props.qualityAlarm ? { QUALITY_ALARM: props.qualityAlarm.alarmName } : {}),
        RULES: JSON.stringify({
          cooldownHours: retraining.cooldownHours,
          maximumPerWeek: retraining.maximumPerWeek,
          maximumModelAgeDays: retraining.maximumModelAgeDays,
          recentMonths: retraining.recentMonths,
          longestMonths: retraining.longestMonths,
          heldBackMonths: props.heldBackMonths,
          completeShare: retraining.completeMonthShare,
        }),
      },
      deadLetters: props.deadLetters,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'StartTraining',
          actions: ['sagemaker:ListPipelineExecutions', 'sagemaker:StartPipelineExecution'],
          resources: [pipelineArn],
        }),
        new iam.PolicyStatement({
          sid: 'FindLiveModel',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [
            stack.formatArn({
              service: 'sagemaker',
              resource: 'model-package',
              resourceName: `${props.modelPackageGroupName}/*`,
            }),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'ReadApprovedPackage',
          actions: ['ssm:GetParameter'],
          resources: [props.approvedModelParameterArn],
        }),
        // Versions, not only names: a training that is to be repeated needs to know which of them it read (CUE-05).
        new iam.PolicyStatement({
          sid: 'FindVersions',
          actions: ['s3:ListBucketVersions'],
          resources: [props.curated.bucketArn],
          conditions: { StringEquals: { 's3:prefix': curatedPrefix } },
        }),
        // Curation writes beside each file how many labels it has: HEAD is enough, and needs no key.
        new iam.PolicyStatement({
          sid: 'CountLabels',
          actions: ['s3:GetObject'],
          resources: [props.curated.arnForObjects(`${curatedPrefix}*`)],
        }),
        ...(props.driftAlarm ? readFindings(props.capture) : []),
        new iam.PolicyStatement({
          sid: 'RecordDecision',
          actions: ['s3:PutObject'],
          resources: [
            props.artifacts.arnForObjects('retraining/decisions/*'),
            props.artifacts.arnForObjects('pipeline/data/*'),
          ],
        }),
        new iam.PolicyStatement({
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
        }),
      ],
    });
    this.functionName = starter.function.functionName;
    acknowledgeWildcards(
      starter.role,
      {
        endsWith: `:model-package/${props.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      { endsWith: `/${curatedPrefix}*`, reason: 'EV-001: Curated files are named by ingest, by airport and month.' },
      ...(props.driftAlarm
        ? [
            {
              endsWith: '/constraint_violations.json',
              reason: "EV-001: Each analysis writes below its own job's name.",
            },
          ]
        : []),
      { endsWith: '/retraining/decisions/*', reason: 'EV-001: Decisions are named after their time.' },
      { endsWith: '/pipeline/data/*', reason: 'EV-001: Lists of data are named by their digest.' },
    );

    const { functionArn } = starter.function;
    const raised = (alarm: cloudwatch.IAlarm, ruleId: string, what: string): EventRule =>
      new EventRule(this, ruleId, {
        description: `Asks for a retraining when the ${what} alarm goes off.`,
        // The alarm by its ARN, and only on its way into ALARM: not when it clears, not when data are missing.
        eventPattern: {
          source: ['aws.cloudwatch'],
          'detail-type': ['CloudWatch Alarm State Change'],
          resources: [alarm.alarmArn],
          detail: { state: { value: ['ALARM'] } },
        },
        deadLetters: props.deadLetters,
        target: { functionArn },
      });
    // Worse decisions on requests that look as ever: what was learned is no longer true, which no drift of the inputs
    // would show.
    if (props.qualityAlarm)
      answers(raised(props.qualityAlarm, 'QualityRaised', 'quality'), 'STAGE-09', 'CHOICE-04', 'BALANCE-07');
    if (props.driftAlarm) {
      answers(
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
    new EventRule(this, 'RegularLook', {
      description: 'Looks for months whose outcomes have become complete, and for an old model.',
      schedule: retraining.schedule,
      deadLetters: props.deadLetters,
      target: { functionArn },
    });
  }
}

function readFindings(capture: s3.IBucket): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'FindFindings',
      actions: ['s3:ListBucket'],
      resources: [capture.bucketArn],
      conditions: { StringEquals: { 's3:prefix': 'monitoring/' } },
    }),
    new iam.PolicyStatement({
      sid: 'ReadFindings',
      actions: ['s3:GetObject'],
      resources: [capture.arnForObjects('monitoring/*/constraint_violations.json')],
    }),
  ];
}
