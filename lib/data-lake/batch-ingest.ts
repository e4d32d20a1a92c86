import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { problemDocument } from '../problem/problem-document';
import { covers } from '../shared/blueprint/covers';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { objectArrival } from '../shared/events/object-arrival';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { metricNamespace } from '../shared/stack/workflow-stack';

export interface BatchIngestProps {
  readonly context: WorkflowContext;
  readonly raw: s3.Bucket;
  readonly curated: s3.IBucket;
}

/** Namespace of the row counts of ingest. */
export const ingestNamespace = metricNamespace('Ingest');

/**
 * Validates each file that arrives under raw/: good rows go to curated/, bad rows to quarantine/ with a reason
 * (DATA-03: when batch ingestion is enough; DATA-06: checks before training; PREP-02: duplicates and invalid records;
 * FLOW-03: a row that does not fit; MLOPS-07: events or schedules). A function is enough for monthly files of some
 * megabytes. Files above its limit of 32 MB need the same rules in a Glue job.
 */
export class BatchIngest extends Construct {
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: BatchIngestProps) {
    super(scope, id);
    const { context, raw, curated } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { context });
    const curate = new WorkflowFunction(this, 'Curate', {
      name: 'curate-object',
      description: 'Validates each row of a raw file against the feature contract.',
      timeout: Duration.minutes(5),
      memorySize: 1024,
      environment: { CURATED_BUCKET: curated.bucketName, METRIC_NAMESPACE: ingestNamespace },
      files: { 'problem.json': JSON.stringify(problemDocument(context.problem)) },
      deadLetters: this.deadLetters,
      context,
      statements: [
        new iam.PolicyStatement({ sid: 'ReadRaw', actions: ['s3:GetObject'], resources: [raw.arnForObjects('raw/*')] }),
        new iam.PolicyStatement({
          sid: 'WriteCurated',
          actions: ['s3:PutObject'],
          resources: ['curated/*', 'quarantine/*'].map((pattern) => curated.arnForObjects(pattern)),
        }),
        // To find records of the month that other files already delivered.
        new iam.PolicyStatement({
          sid: 'ReadCurated',
          actions: ['s3:GetObject'],
          resources: [curated.arnForObjects('curated/*')],
        }),
        new iam.PolicyStatement({
          sid: 'ListCurated',
          actions: ['s3:ListBucket'],
          resources: [curated.bucketArn],
          conditions: { StringLike: { 's3:prefix': 'curated/*' } },
        }),
        useDataKeyThroughS3(this, context.dataKey),
        new iam.PolicyStatement({
          sid: 'PublishRowMetrics',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': ingestNamespace } },
        }),
      ],
    });
    acknowledgeWildcards(
      curate.role,
      { pattern: '/raw/*', reason: 'EV-001: The data supplier names the files.' },
      { pattern: '/curated/*', reason: 'EV-001: Curated files are named after the raw files.' },
      { pattern: '/quarantine/*', reason: 'EV-001: Quarantine files are named after the raw files.' },
      {
        pattern: '*',
        reason: 'EV-002: cloudwatch:PutMetricData takes no resource; the namespace condition limits it.',
      },
    );

    new EventRule(this, 'ObjectArrived', {
      description: 'Starts the validation of each new object under raw/.',
      eventPattern: objectArrival(raw.bucketName, 'raw/'),
      deadLetters: this.deadLetters,
      target: { functionArn: curate.function.functionArn },
    });
    covers(this, 'DATA-03', 'DATA-06', 'PREP-02', 'FLOW-03', 'STAGE-02', 'MLOPS-07');
  }
}
