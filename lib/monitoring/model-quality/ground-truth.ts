import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

import { covers } from '../../shared/blueprint/covers';
import { EventRule } from '../../shared/events/event-rule';
import { objectArrival } from '../../shared/events/object-arrival';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import type { MonitoredWorkflow } from '../monitored-workflow';

export type GroundTruthProps = Pick<MonitoredWorkflow, 'context' | 'lake' | 'deadLetters'>;

/**
 * Outcomes arrive with the curated data, after the flight has landed. The function writes the labels of each curated file
 * next to the captures, as ground truth in the format that SageMaker's monitors merge by inference id (MON-06: which
 * business number is watched). Callers of the endpoint send the flight's id as `InferenceId`.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
 */
export class GroundTruth extends Construct {
  constructor(scope: Construct, id: string, props: GroundTruthProps) {
    super(scope, id);
    const { context, deadLetters } = props;
    const { problem, dataKey } = context;
    const { curated, capture } = props.lake;
    const writer = new WorkflowFunction(this, 'Writer', {
      name: 'write-ground-truth',
      description: 'Writes the outcomes of a curated file as ground truth.',
      timeout: Duration.minutes(2),
      memorySize: 512,
      environment: {
        CURATED_BUCKET: curated.bucketName,
        CAPTURE_BUCKET: capture.bucketName,
        ID_COLUMN: problem.recordId,
        LABEL_COLUMN: problem.target.name,
      },
      deadLetters,
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadOutcomes',
          actions: ['s3:GetObject'],
          resources: [curated.arnForObjects('curated/*')],
        }),
        new iam.PolicyStatement({
          sid: 'WriteGroundTruth',
          actions: ['s3:PutObject'],
          resources: [capture.arnForObjects('ground-truth/*')],
        }),
        useDataKeyThroughS3(this, dataKey),
      ],
    });
    acknowledgeWildcards(
      writer.role,
      { pattern: '/curated/*', reason: 'EV-001: Curated files are named after the raw ones.' },
      { pattern: '/ground-truth/*', reason: 'EV-001: Ground truth is filed by the hour in which it was collected.' },
    );
    const rule = new EventRule(this, 'OutcomesArrived', {
      description: 'Writes ground truth for each new curated file.',
      eventPattern: objectArrival(curated.bucketName, 'curated/'),
      deadLetters,
      target: { functionArn: writer.function.functionArn },
    });
    covers(rule, 'MON-06', 'SYMPTOM-03');
  }
}
