import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { answers } from '../../shared/blueprint/answers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { objectArrival } from '../../shared/events/object-arrival';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';

export interface GroundTruthProps {
  /** Columns of a curated row: its id, and its outcome. */
  readonly idColumn: string;
  readonly labelColumn: string;
  readonly curated: s3.IBucket;
  readonly capture: s3.IBucket;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

/**
 * Outcomes arrive with the curated data, after the flight has landed. The function writes the labels of each curated file
 * next to the captures, as ground truth in the format that SageMaker's monitors merge by inference id (MON-06: which
 * business number is watched). Callers of the endpoint send the flight's id as `InferenceId`.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
 */
export class GroundTruth extends Construct {
  constructor(scope: Construct, id: string, props: GroundTruthProps) {
    super(scope, id);
    const writer = new WorkflowFunction(this, 'Writer', {
      name: 'write-ground-truth',
      description: 'Writes the outcomes of a curated file as ground truth.',
      timeout: Duration.minutes(2),
      memorySize: 512,
      environment: {
        CURATED_BUCKET: props.curated.bucketName,
        CAPTURE_BUCKET: props.capture.bucketName,
        ID_COLUMN: props.idColumn,
        LABEL_COLUMN: props.labelColumn,
      },
      deadLetters: props.deadLetters,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadOutcomes',
          actions: ['s3:GetObject'],
          resources: [props.curated.arnForObjects('curated/*')],
        }),
        new iam.PolicyStatement({
          sid: 'WriteGroundTruth',
          actions: ['s3:PutObject'],
          resources: [props.capture.arnForObjects('ground-truth/*')],
        }),
        new iam.PolicyStatement({
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
        }),
      ],
    });
    acknowledgeWildcards(
      writer.role,
      { endsWith: '/curated/*', reason: 'EV-001: Curated files are named after the raw ones.' },
      { endsWith: '/ground-truth/*', reason: 'EV-001: Ground truth is filed by the hour in which it was collected.' },
    );
    const rule = new EventRule(this, 'OutcomesArrived', {
      description: 'Writes ground truth for each new curated file.',
      eventPattern: objectArrival(props.curated.bucketName, 'curated/'),
      deadLetters: props.deadLetters,
      target: { functionArn: writer.function.functionArn },
    });
    answers(rule, 'MON-06', 'SYMPTOM-03');
  }
}
