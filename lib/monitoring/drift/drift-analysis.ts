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
import { MetricPublisher } from '../analysis-job/metric-publisher';
import { driftAnalysisDefinition } from './drift-analysis-definition';

export interface StepArchive {
  /** s3:// URI, file name and ARN of the zip with the steps' code. */
  readonly uri: string;
  readonly fileName: string;
  readonly arn: string;
}

export interface DriftAnalysisProps {
  readonly prefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly endpointName: string;
  readonly variantName: string;
  readonly scheduleName: string;
  readonly schedule: string;
  /** Features whose drift counts. */
  readonly watchedFeatures: readonly string[];
  /** A metric for each feature, too. */
  readonly publishesFeatures: boolean;
  readonly modelPackageGroupName: string;
  readonly approvedModelParameterName: string;
  readonly approvedModelParameterArn: string;
  readonly baselinePrefixes: readonly string[];
  readonly capture: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly code: StepArchive;
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

/**
 * Our own drift analysis, each hour (FLOW-10, MON-04, SVC-03).
 *
 * The exam names SageMaker Model Monitor for this. It takes no new customers since mid-2026, and a sandbox account is a
 * new customer; so a scheduled Processing job does the same work with the same file formats. `modelMonitor: true`
 * deploys AWS's.
 */
export class DriftAnalysis extends Construct {
  readonly machine: WorkflowStateMachine;

  constructor(scope: Construct, id: string, props: DriftAnalysisProps) {
    super(scope, id);
    const jobNamePrefix = runTimeNamePrefix('processing job', {
      prefix: props.prefix,
      part: 'drift',
      added: uuidLength,
    });
    const { role } = new AnalyzerRole(this, 'Analyzer', { ...props, codeArn: props.code.arn });
    const selectCaptures = this.selectCaptures(props);
    const publisher = new MetricPublisher(this, 'Publisher', props);

    this.machine = new WorkflowStateMachine(this, 'Machine', {
      stateMachineName: `${props.prefix}-monitoring`,
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      definition: driftAnalysisDefinition({
        endpointName: props.endpointName,
        scheduleName: props.scheduleName,
        approvedModelParameterName: props.approvedModelParameterName,
        captureBucketName: props.capture.bucketName,
        selectCapturesFunctionArn: selectCaptures.function.functionArn,
        publishMetricsFunctionArn: publisher.functionArn,
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
      statements: this.statements(props, jobNamePrefix, role.roleArn, [
        selectCaptures.function.functionArn,
        publisher.functionArn,
      ]),
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
    answers(this.machine, 'FLOW-10', 'MON-04', 'MON-05', 'SVC-03', 'SVC-09', 'STAGE-08', 'ART-09', 'SELF-06');

    new EventRule(this, 'Hourly', {
      description: 'Starts the analysis of the last full hour, whose captures have all arrived by now.',
      schedule: props.schedule,
      deadLetters: props.deadLetters,
      target: { stateMachineArn: this.machine.stateMachineArn },
    });
  }

  private selectCaptures(props: DriftAnalysisProps): WorkflowFunction {
    const variantPrefix = `capture/${props.endpointName}/${props.variantName}`;
    const selectCaptures = new WorkflowFunction(this, 'SelectCaptures', {
      name: 'select-captures',
      description: 'Finds the captures of the hour to analyze.',
      timeout: Duration.minutes(1),
      environment: { CAPTURE_BUCKET: props.capture.bucketName, VARIANT_PREFIX: variantPrefix },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        // Names only: this function reads no request.
        new iam.PolicyStatement({
          sid: 'ListCaptures',
          actions: ['s3:ListBucket'],
          resources: [props.capture.bucketArn],
          conditions: { StringLike: { 's3:prefix': [`${variantPrefix}/*`] } },
        }),
      ],
    });
    return selectCaptures;
  }

  private statements(
    props: DriftAnalysisProps,
    jobNamePrefix: string,
    jobRoleArn: string,
    functionArns: string[],
  ): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    const sagemaker = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName });
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
        sid: 'RunIsolatedAnalysis',
        actions: ['sagemaker:CreateProcessingJob'],
        resources: [sagemaker('processing-job', `${jobNamePrefix}*`)],
        conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' } },
      }),
      // Step Functions tags the jobs that it waits for and reads the tags again (its guide's policies for SageMaker,
      // .sync).
      new iam.PolicyStatement({
        sid: 'TagAnalysis',
        actions: ['sagemaker:AddTags', 'sagemaker:ListTags'],
        resources: [sagemaker('processing-job', `${jobNamePrefix}*`)],
      }),
      new iam.PolicyStatement({
        sid: 'FollowAnalysis',
        actions: ['sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
        resources: [sagemaker('processing-job', `${jobNamePrefix}*`)],
      }),
      new iam.PolicyStatement({
        sid: 'GiveTheJobItsRole',
        actions: ['iam:PassRole'],
        resources: [jobRoleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
      }),
      // .sync waits for SageMaker's event instead of asking every few seconds; Step Functions manages this rule of its
      // own.
      new iam.PolicyStatement({
        sid: 'WaitForAnalysis',
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          stack.formatArn({
            service: 'events',
            resource: 'rule',
            resourceName: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule',
          }),
        ],
      }),
      new iam.PolicyStatement({ sid: 'CallFunctions', actions: ['lambda:InvokeFunction'], resources: functionArns }),
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
