import { Duration, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { JobCompute, WorkflowConfiguration } from '../../config';
import { answers } from '../../shared/blueprint/answers';
import type { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { runTimeNamePrefix, uuidLength } from '../../shared/stack/name-length';
import { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import { AnalyzerRole } from '../analysis-job/analyzer-role';
import type { StepArchive } from '../drift/drift-analysis';
import { type MonitorNames, outcomeNamespaces } from '../metrics/metrics';
import { modelQualityDefinition } from './model-quality-definition';

export interface ModelQualityMonitorProps extends MonitorNames {
  readonly prefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly modelQuality: WorkflowConfiguration['monitoring']['modelQuality'];
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly baselinePrefixes: readonly string[];
  readonly capture: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly code: StepArchive;
  /** XGBoost's image. */
  readonly imageUri: string;
  readonly repositoryArns: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
  readonly compute: JobCompute;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly topic: sns.ITopic;
  readonly deadLetters: DeadLetterQueue;
  readonly logRetention: logs.RetentionDays;
}

const groundTruthPrefix = 'ground-truth';
/** Of the job's volume: the labels become a database on it, and the model is unpacked there. */
const usableShare = 0.6;

/**
 * Once a day the live model is judged by what became of its predictions (MON-05, MON-06): quality, money, bias and
 * attributions in one job, since four jobs would start four instances to read the same captures.
 *
 * The exam names SageMaker Model Monitor and Clarify for this: ModelQuality, ModelBias and ModelExplainability
 * schedules. Both take no new customers since mid-2026. The files and metrics are theirs.
 */
export class ModelQualityMonitor extends Construct {
  readonly machine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: ModelQualityMonitorProps) {
    super(scope, id);
    const jobNamePrefix = runTimeNamePrefix('processing job', {
      prefix: props.prefix,
      part: 'quality',
      added: uuidLength,
    });
    const capturePrefix = `capture/${props.endpointName}`;
    const { role } = new AnalyzerRole(this, 'Analyzer', {
      ...props,
      baselinePrefixes: [...props.baselinePrefixes, 'models/'],
      readsGroundTruth: true,
      readsManifests: true,
      codeArn: props.code.arn,
    });
    const publisher = this.publisher(props);
    const select = this.selector(props, capturePrefix);

    this.machine = new WorkflowStateMachine(this, 'Machine', {
      stateMachineName: `${props.prefix}-model-quality`,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      definition: modelQualityDefinition({
        approvedModelParameterName: props.approvedModelParameterName,
        captureBucketName: props.capture.bucketName,
        groundTruthPrefix,
        lookBackDays: props.modelQuality.lookBackDays,
        selectFunctionArn: select.function.functionArn,
        publishFunctionArn: publisher.function.functionArn,
        topicArn: props.topic.topicArn,
        jobNamePrefix,
        tags: props.tags,
        jobRoleArn: role.roleArn,
        imageUri: props.imageUri,
        codeUri: props.code.uri,
        codeFileName: props.code.fileName,
        dataKeyArn: props.dataKey.keyArn,
        subnetIds: props.subnetIds,
        securityGroupIds: [props.securityGroup.securityGroupId],
        ...props.compute,
      }),
      statements: this.statements(props, {
        jobNamePrefix,
        jobRoleArn: role.roleArn,
        functionArns: [select.function.functionArn, publisher.function.functionArn],
      }),
    });
    acknowledgeWildcards(
      this.machine.role,
      {
        endsWith: `:processing-job/${jobNamePrefix}*`,
        reason: 'EV-008: Each execution makes a job name of its own, with this prefix.',
      },
      {
        endsWith: `:model-package/${props.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
    );
    answers(this.machine, 'MON-05', 'MON-06', 'SVC-09', 'SYMPTOM-03', 'ART-09');

    new EventRule(this, 'Daily', {
      description: "Starts the model quality run of the last days' predictions.",
      schedule: props.modelQuality.schedule,
      deadLetters: props.deadLetters,
      target: { stateMachineArn: this.machine.stateMachineArn },
    });
  }

  /** Lists the captures of the window. Names and sizes only: this function reads no request. */
  private selector(props: ModelQualityMonitorProps, capturePrefix: string): WorkflowFunction {
    const select = new WorkflowFunction(this, 'Select', {
      name: 'select-labelled-captures',
      description: 'Lists the captures of the days to judge.',
      timeout: Duration.minutes(5),
      environment: {
        CAPTURE_BUCKET: props.capture.bucketName,
        CAPTURE_PREFIX: capturePrefix,
        GROUND_TRUTH_PREFIX: groundTruthPrefix,
        MAXIMUM_BYTES: String(Math.floor(props.compute.volumeSizeInGb * 1024 ** 3 * usableShare)),
      },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'ListCapturesAndLabels',
          actions: ['s3:ListBucket'],
          resources: [props.capture.bucketArn],
          conditions: { StringEquals: { 's3:prefix': [`${capturePrefix}/`, `${groundTruthPrefix}/`] } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteManifest',
          actions: ['s3:PutObject'],
          resources: [props.capture.arnForObjects('monitoring/manifests/*')],
        }),
        new iam.PolicyStatement({
          // It lists, and writes one small object: only an upload in parts would decrypt.
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:GenerateDataKey'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
        }),
      ],
    });
    acknowledgeWildcards(select.role, {
      endsWith: '/monitoring/manifests/*',
      reason: 'EV-001: Each run lists its captures under its own name.',
    });
    return select;
  }

  /** Turns the model quality run's file into metrics, for the job that could not: it was isolated from every network. */
  private publisher(props: ModelQualityMonitorProps): WorkflowFunction {
    const publisher = new WorkflowFunction(this, 'Publisher', {
      name: 'publish-model-quality',
      description: 'Publishes what a model quality run measured as metrics.',
      timeout: Duration.minutes(1),
      environment: {
        CAPTURE_BUCKET: props.capture.bucketName,
        ENDPOINT_NAME: props.endpointName,
        SCHEDULE_NAME: props.scheduleName,
      },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadModelQuality',
          actions: ['s3:GetObject'],
          resources: [props.capture.arnForObjects('monitoring/*')],
        }),
        new iam.PolicyStatement({
          sid: 'UseDataKeyThroughS3',
          actions: ['kms:Decrypt'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
        }),
        new iam.PolicyStatement({
          sid: 'PublishModelQuality',
          actions: ['cloudwatch:PutMetricData'],
          resources: ['*'],
          conditions: { StringEquals: { 'cloudwatch:namespace': outcomeNamespaces } },
        }),
      ],
    });
    acknowledgeWildcards(
      publisher.role,
      { endsWith: '/monitoring/*', reason: "EV-001: Each model quality run writes below its own job's name." },
      { endsWith: '*', reason: 'EV-002: Publishing metrics takes no resource; the namespaces are a condition.' },
    );
    return publisher;
  }

  private statements(
    props: ModelQualityMonitorProps,
    parts: { readonly jobNamePrefix: string; readonly jobRoleArn: string; readonly functionArns: string[] },
  ): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const sagemaker = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName });
    const jobs = sagemaker('processing-job', `${parts.jobNamePrefix}*`);
    return [
      new iam.PolicyStatement({
        sid: 'ReadApprovedPackage',
        actions: ['ssm:GetParameter'],
        resources: [props.approvedModelParameterArn],
      }),
      new iam.PolicyStatement({
        sid: 'FindBaseline',
        actions: ['sagemaker:DescribeModelPackage'],
        resources: [sagemaker('model-package', `${props.modelPackageGroupName}/*`)],
      }),
      new iam.PolicyStatement({
        sid: 'RunIsolatedModelQuality',
        actions: ['sagemaker:CreateProcessingJob'],
        resources: [jobs],
        conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' } },
      }),
      // Step Functions tags the jobs that it waits for and reads the tags again (its guide's policies for SageMaker,
      // .sync).
      new iam.PolicyStatement({
        sid: 'TagModelQuality',
        actions: ['sagemaker:AddTags', 'sagemaker:ListTags'],
        resources: [jobs],
      }),
      new iam.PolicyStatement({
        sid: 'FollowModelQuality',
        actions: ['sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
        resources: [jobs],
      }),
      new iam.PolicyStatement({
        sid: 'GiveTheJobItsRole',
        actions: ['iam:PassRole'],
        resources: [parts.jobRoleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
      // .sync waits for SageMaker's event instead of asking every few seconds; Step Functions manages this rule of its
      // own.
      new iam.PolicyStatement({
        sid: 'WaitForModelQuality',
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          stack.formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule',
          }),
        ],
      }),
      new iam.PolicyStatement({
        sid: 'CallFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: parts.functionArns,
      }),
      new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [props.topic.topicArn] }),
      new iam.PolicyStatement({
        sid: 'EncryptNotice',
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [props.operationsKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `sns.${stack.region}.amazonaws.com` } },
      }),
    ];
  }
}
