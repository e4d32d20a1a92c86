import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { covers } from '../shared/blueprint/covers';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { EventRule } from '../shared/events/event-rule';
import { objectArrival } from '../shared/events/object-arrival';
import { WorkflowFunction } from '../shared/function/workflow-function';
import { notifyStatements, useDataKeyThroughS3 } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledge } from '../shared/security/acknowledge';
import { md5Length, runTimeNamePrefix } from '../shared/stack/name-length';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStateMachine } from '../shared/state-machine/state-machine';
import { batchScoringDefinition } from './batch-state-machine/definition';
import { arrivalPrefix } from './batch-state-machine/input';

/** Output of a stack that holds the name of the model for batch. */
export interface ModelFrom {
  readonly stackName: string;
  readonly outputKey: string;
}

export interface BatchScoringProps {
  readonly context: WorkflowContext;
  readonly endpointName: string;
  /** Stack output with the live model's name. @default the endpoint's configuration names it */
  readonly modelFrom?: ModelFrom;
  readonly artifacts: s3.IBucket;
  readonly topic: sns.ITopic;
}

/** Maximum length of `attempt`, the input with which an operator scores the same rows again (docs/learn/batch.md). */
const attemptLength = 4;

/**
 * Scores whole files with the live model, without an endpoint's hourly price (DEPLOY-02: large offline scoring; SVC-08:
 * batch transform): when a file arrives, each night for the day's folder, or on demand.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/batch-transform.html
 */
export class BatchScoring extends Construct {
  readonly stateMachine: WorkflowStateMachine;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: BatchScoringProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { configuration, dataKey } = props.context;
    const { prefix, tags, batch } = configuration;
    const compute = configuration.instances.transform;
    // Added to the prefix: the digest of the input and, for another attempt, a hyphen and its number.
    const jobNamePrefix = runTimeNamePrefix('transform job', {
      prefix,
      part: 'batch',
      added: md5Length + 1 + attemptLength,
    });
    const { schedule } = batch;
    const arrivedInput = `${arrivalPrefix}*`;
    const scheduledInput = `${schedule.prefix}/*`;
    const inputs = [arrivedInput, scheduledInput];

    const useDataKey = useDataKeyThroughS3(stack, dataKey);
    const stage = new WorkflowFunction(this, 'StageInput', {
      name: 'stage-batch-input',
      description: 'Copies the input of a batch job into a folder for this job, one record per line.',
      timeout: Duration.minutes(15),
      // The function holds a file of up to 100 MB in memory, as it is read and as it is written.
      memorySize: 1024,
      environment: { ARTIFACTS_BUCKET: props.artifacts.bucketName },
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadInput',
          // The version that arrived, which may no longer be the current one.
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: inputs.map((pattern) => props.artifacts.arnForObjects(pattern)),
        }),
        new iam.PolicyStatement({
          sid: 'ReadManifest',
          actions: ['s3:GetObject'],
          resources: [props.artifacts.arnForObjects('batch/manifest/*')],
        }),
        new iam.PolicyStatement({
          sid: 'ListInput',
          actions: ['s3:ListBucket'],
          resources: [props.artifacts.bucketArn],
          conditions: { StringLike: { 's3:prefix': [...inputs, 'batch/manifest/*'] } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteStagedInput',
          actions: ['s3:PutObject'],
          resources: ['batch/staged/*', 'batch/manifest/*'].map((pattern) => props.artifacts.arnForObjects(pattern)),
        }),
        useDataKey,
      ],
    });
    acknowledgeWildcards(
      stage.role,
      { pattern: '/batch/input/*', reason: 'EV-001: Uploaders choose the names of input files.' },
      { pattern: `/${schedule.prefix}/*`, reason: 'EV-001: Each day has its folder.' },
      {
        pattern: '/batch/staged/*',
        reason: 'EV-001: Each job reads a folder named after the job, created when it starts.',
      },
      { pattern: '/batch/manifest/*', reason: 'EV-001: One manifest per job, named after the job.' },
    );

    const completeness = new WorkflowFunction(this, 'CheckCompleteness', {
      name: 'check-completeness',
      description: "Compares a batch job's output with its input, row by row, and reports missing rows.",
      // Lambda's maximum. stage-batch-input refuses larger inputs than this function can check (docs/learn/batch.md).
      // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      timeout: Duration.minutes(15),
      memorySize: 1024,
      environment: { ARTIFACTS_BUCKET: props.artifacts.bucketName },
      context: props.context,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadBatchFiles',
          actions: ['s3:GetObject'],
          resources: [scheduledInput, 'batch/output/*', 'batch/manifest/*'].map((pattern) =>
            props.artifacts.arnForObjects(pattern),
          ),
        }),
        new iam.PolicyStatement({
          sid: 'ReadInputVersions',
          // An arrival event names the version; files of the nightly folder are listed without versions.
          actions: ['s3:GetObjectVersion'],
          resources: [props.artifacts.arnForObjects(arrivedInput)],
        }),
        new iam.PolicyStatement({
          sid: 'ListBatchFiles',
          actions: ['s3:ListBucket'],
          resources: [props.artifacts.bucketArn],
          conditions: { StringLike: { 's3:prefix': ['batch/output/*', 'batch/manifest/*'] } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteReport',
          actions: ['s3:PutObject'],
          resources: [props.artifacts.arnForObjects('batch/report/*')],
        }),
        useDataKey,
      ],
    });
    acknowledgeWildcards(
      completeness.role,
      { pattern: '/batch/input/*', reason: 'EV-001: Uploaders choose the names of input files.' },
      { pattern: `/${schedule.prefix}/*`, reason: 'EV-001: Each day has its folder.' },
      { pattern: '/batch/output/*', reason: 'EV-001: Each job writes under its own name, created when it starts.' },
      { pattern: '/batch/manifest/*', reason: 'EV-001: One manifest per job, named after the job.' },
      { pattern: '/batch/report/*', reason: 'EV-001: One report per job, named after the job.' },
    );

    this.stateMachine = new WorkflowStateMachine(this, 'StateMachine', {
      stateMachineName: `${prefix}-batch-scoring`,
      context: props.context,
      definition: batchScoringDefinition({
        endpointName: props.endpointName,
        modelFrom: props.modelFrom,
        artifactsBucketName: props.artifacts.bucketName,
        dataKeyArn: dataKey.keyArn,
        topicArn: props.topic.topicArn,
        stageFunctionArn: stage.function.functionArn,
        completenessFunctionArn: completeness.function.functionArn,
        jobNamePrefix,
        tags,
        scheduledPrefix: schedule.prefix,
        strategy: batch.strategy,
        maxPayloadInMb: batch.maxPayloadInMb,
        maxConcurrentTransforms: batch.maxConcurrentTransforms,
        instanceType: compute.instanceType,
        instanceCount: compute.instanceCount,
        maxRuntimeSeconds: compute.maxRuntimeSeconds,
      }),
      statements: this.statements(props, jobNamePrefix, [
        stage.function.functionArn,
        completeness.function.functionArn,
      ]),
    });
    acknowledgeWildcards(
      this.stateMachine.role,
      {
        pattern: `transform-job/${jobNamePrefix}*`,
        reason: 'EV-008: Each execution creates its own job name with this prefix.',
      },
      props.modelFrom
        ? {
            pattern: `stack/${props.modelFrom.stackName}/*`,
            reason: "EV-006: CloudFormation appends a generated id to the stack's name.",
          }
        : {
            pattern: 'endpoint-config/*',
            reason: 'EV-006: CloudFormation generates the name of the endpoint configuration.',
          },
    );

    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { context: props.context });
    acknowledge(
      this.deadLetters.queue,
      'EV-022',
      'SQS3',
      ['AwsSolutions'],
      "This is a rule's dead-letter queue; the rule pack recognizes only those of queues and functions.",
    );
    const target = { stateMachineArn: this.stateMachine.stateMachineArn };
    new EventRule(this, 'Arrived', {
      description: 'Scores each new object under batch/input/.',
      eventPattern: objectArrival(props.artifacts.bucketName, arrivalPrefix),
      deadLetters: this.deadLetters,
      target,
    });
    new EventRule(this, 'Nightly', {
      description: `Scores the files under ${schedule.prefix}/<day>/.`,
      schedule: schedule.expression,
      deadLetters: this.deadLetters,
      target,
    });
    covers(this.stateMachine, 'DEPLOY-02', 'SVC-08', 'SYMPTOM-06', 'BALANCE-03', 'CHOICE-01');
  }

  private statements(props: BatchScoringProps, jobNamePrefix: string, functionArns: string[]): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const sagemaker = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName });
    return [
      new iam.PolicyStatement({
        sid: 'DescribeLiveModel',
        ...(props.modelFrom
          ? {
              actions: ['cloudformation:DescribeStacks'],
              resources: [
                stack.formatArn({
                  service: 'cloudformation',
                  resource: 'stack',
                  resourceName: `${props.modelFrom.stackName}/*`,
                }),
              ],
            }
          : {
              actions: ['sagemaker:DescribeEndpoint', 'sagemaker:DescribeEndpointConfig'],
              resources: [sagemaker('endpoint', props.endpointName), sagemaker('endpoint-config', '*')],
            }),
      }),
      new iam.PolicyStatement({
        sid: 'RunTransformJob',
        // With .sync, Step Functions tags the jobs that it waits for, and reads the tags again.
        // https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
        actions: [
          'sagemaker:CreateTransformJob',
          'sagemaker:AddTags',
          'sagemaker:ListTags',
          'sagemaker:DescribeTransformJob',
          'sagemaker:StopTransformJob',
        ],
        resources: [sagemaker('transform-job', `${jobNamePrefix}*`)],
      }),
      // .sync waits for SageMaker's event instead of polling; Step Functions manages the EventBridge rule for it.
      new iam.PolicyStatement({
        sid: 'WaitForTransformJob',
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          stack.formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForSageMakerTransformJobsRule',
          }),
        ],
      }),
      new iam.PolicyStatement({
        sid: 'InvokeFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: functionArns,
      }),
      ...notifyStatements(stack, props.topic, props.context.operationsKey),
    ];
  }
}

/** Input of transform jobs: copies, in one folder per job. */
export const stagedInputs = ['batch/staged/*'];
