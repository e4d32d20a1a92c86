import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { answers } from '../blueprint/answers';
import type { DeadLetterQueue } from '../foundation/dead-letter-queue';
import { EventRule } from '../foundation/event-rule';
import { acknowledgeWildcards } from '../foundation/wildcards';
import { WorkflowFunction } from '../foundation/workflow-function';

export interface DriftRetrainingProps {
  readonly driftAlarm: cloudwatch.IAlarm;
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly noLiveModelUri: string;
  readonly curated: s3.IBucket;
  readonly labelColumn: string;
  readonly cooldownHours: number;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Drift starts a training; it never starts a release. Whatever comes of the training waits for a person's approval, and a
 * cool-down keeps a lasting drift from training all night (FLOW-11, STAGE-09, CHOICE-04, BALANCE-07).
 */
export class DriftRetraining extends Construct {
  constructor(scope: Construct, id: string, props: DriftRetrainingProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const curatedPrefix = 'curated/flights/';
    const pipelineArn = stack.formatArn({ service: 'sagemaker', resource: 'pipeline', resourceName: props.pipelineName });

    const starter = new WorkflowFunction(this, 'StartRetraining', {
      name: 'start-retraining',
      description: 'Starts the training pipeline on the newest labelled data, unless drift did so lately.',
      timeout: Duration.minutes(2),
      environment: {
        PIPELINE_NAME: props.pipelineName,
        APPROVED_MODEL_PARAMETER: props.approvedModelParameterName,
        NO_LIVE_MODEL_URI: props.noLiveModelUri,
        CURATED_BUCKET: props.curated.bucketName,
        CURATED_PREFIX: curatedPrefix,
        LABEL_COLUMN: props.labelColumn,
        COOLDOWN_HOURS: String(props.cooldownHours),
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
        new iam.PolicyStatement({
          sid: 'FindPartitions',
          actions: ['s3:ListBucket'],
          resources: [props.curated.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${curatedPrefix}*`] } },
        }),
        new iam.PolicyStatement({
          sid: 'LookForLabels',
          actions: ['s3:GetObject'],
          resources: [props.curated.arnForObjects(`${curatedPrefix}*`)],
        }),
        new iam.PolicyStatement({
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:Decrypt'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
        }),
      ],
    });
    acknowledgeWildcards(
      starter.role,
      { endsWith: `:model-package/${props.modelPackageGroupName}/*`, reason: 'EV-005: Versions of our own model package group.' },
      { endsWith: `/${curatedPrefix}*`, reason: 'EV-001: Curated files are named by ingest, by airport and month.' },
    );

    const rule = new EventRule(this, 'DriftRaised', {
      description: 'Starts retraining when the drift alarm goes off.',
      // The alarm by its ARN, and only on its way into ALARM: not when it clears, not when data are missing.
      eventPattern: {
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [props.driftAlarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      },
      deadLetters: props.deadLetters,
      target: { functionArn: starter.function.functionArn },
    });
    answers(rule, 'FLOW-11', 'FLOWCHK-05', 'STAGE-09', 'MLOPS-07', 'CHOICE-04', 'BALANCE-07', 'SVC-14');
  }
}
