import { ArnFormat, Aws, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { covers } from '../../shared/blueprint/covers';
import { DeadLetterQueue } from '../../shared/events/dead-letter-queue';
import { EventRule } from '../../shared/events/event-rule';
import { WorkflowFunction } from '../../shared/function/workflow-function';
import { useDataKeyThroughS3 } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../../shared/security/acknowledge';
import { tuningJobPrefix } from '../../training/tuning-job-prefix';
import type { MonitoredWorkflow } from '../monitored-workflow';

type Tracked = Pick<MonitoredWorkflow, 'context' | 'lake' | 'training'>;

/**
 * Every trial as a run of MLflow, in SageMaker's serverless MLflow (TRAINCHK-05: over- and underfitting in the metrics;
 * STAGE-04: what training records). Training has no network, so no job calls MLflow: a function writes what SageMaker
 * knows of a job when the job has ended (docs/decisions/0015).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/mlflow.html
 */
export class ExperimentTracking extends Construct {
  /** A queue of its own: three rules more would not fit into the policy of the stage's queue (SQS takes ten conditions). */
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: Tracked) {
    super(scope, id);
    const { context, training } = props;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { context });
    const { deadLetters } = this;
    const { prefix } = context.configuration;
    // L1: there is no L2. Without an instance: an app that nobody calls costs only its artifacts in S3.
    const app = new sagemaker.CfnMlflowApp(this, 'App', {
      name: prefix,
      artifactStoreUri: `s3://${props.lake.artifacts.bucketName}/mlflow`,
      roleArn: this.appRole(props).roleArn,
      // Versions are registered by the pipeline, in SageMaker's registry.
      modelRegistrationMode: 'AutoModelRegistrationDisabled',
    });
    const tracker = this.tracker(props, app.attrArn);
    const target = { functionArn: tracker.function.functionArn };
    const jobs = `${tuningJobPrefix(prefix)}-`;
    const ended = ['Completed', 'Failed', 'Stopped'];
    const rule = (ruleId: string, what: string, detailType: string, detail: Record<string, unknown>) =>
      new EventRule(this, ruleId, {
        description: `Calls the tracking function when ${what}.`,
        eventPattern: { source: ['aws.sagemaker'], 'detail-type': [detailType], detail },
        deadLetters,
        target,
      });
    rule('TrainingEnded', 'a training job of this workflow has ended', 'SageMaker Training Job State Change', {
      TrainingJobName: [{ prefix: jobs }],
      TrainingJobStatus: ended,
    });
    rule('TuningEnded', 'a tuning job of this workflow has ended', 'SageMaker HyperParameter Tuning Job State Change', {
      HyperParameterTuningJobName: [{ prefix: jobs }],
      HyperParameterTuningJobStatus: ended,
    });
    rule('Registered', 'a version of the model waits for approval', 'SageMaker Model Package State Change', {
      ModelPackageGroupName: [training.modelPackageGroupName],
      ModelApprovalStatus: ['PendingManualApproval'],
    });
    covers(app, 'TRAINCHK-05', 'STAGE-04');
    new CfnOutput(this, 'MlflowAppArn', { value: app.attrArn }).overrideLogicalId('MlflowAppArn');
  }

  /**
   * What the app does in the artifact store. AWS's pages name AmazonS3FullAccess; the app needs its own prefix.
   */
  private appRole({ context, lake }: Tracked): iam.Role {
    const { artifacts } = lake;
    const role = new iam.Role(this, 'AppRole', {
      description: 'Used by the MLflow App to list and read the artifacts of runs.',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Artifacts: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'ListArtifacts',
              actions: ['s3:ListBucket'],
              resources: [artifacts.bucketArn],
              conditions: { StringLike: { 's3:prefix': ['mlflow/*'] } },
            }),
            new iam.PolicyStatement({
              sid: 'ReadAndWriteArtifacts',
              actions: ['s3:GetObject', 's3:PutObject'],
              resources: [artifacts.arnForObjects('mlflow/*')],
            }),
            useDataKeyThroughS3(this, context.dataKey),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(role, {
      pattern: '/mlflow/*',
      reason: 'EV-001: MLflow names artifacts after experiment and run.',
    });
    return role;
  }

  private tracker({ context, training }: Tracked, appArn: string): WorkflowFunction {
    const stack = Stack.of(this);
    const jobs = tuningJobPrefix(context.configuration.prefix);
    const named = (resource: string, resourceName: string) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const pipelineArn = named('pipeline', training.pipelineName);
    const log = (rest: string) =>
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: `/aws/sagemaker/TrainingJobs:${rest}`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    const tracker = new WorkflowFunction(this, 'Tracker', {
      name: 'track-experiment',
      description: 'Writes each tuning job and its trials to MLflow, when they have ended.',
      timeout: Duration.minutes(2),
      environment: { MLFLOW_APP_ARN: appArn, EXPERIMENT: training.pipelineName, PIPELINE_ARN: pipelineArn },
      deadLetters: this.deadLetters,
      context,
      statements: [
        new iam.PolicyStatement({
          sid: 'CallMlflow',
          actions: ['sagemaker:CallMlflowAppApi'],
          resources: [appArn],
        }),
        new iam.PolicyStatement({
          sid: 'DescribeTrainingJobs',
          actions: ['sagemaker:DescribeTrainingJob'],
          resources: [named('training-job', `${jobs}-*`)],
        }),
        new iam.PolicyStatement({
          sid: 'DescribeTuningJobs',
          actions: ['sagemaker:DescribeHyperParameterTuningJob'],
          resources: [named('hyper-parameter-tuning-job', `${jobs}-*`)],
        }),
        new iam.PolicyStatement({
          sid: 'ReadDataVersion',
          actions: ['sagemaker:ListPipelineParametersForExecution'],
          resources: [`${pipelineArn}/execution/*`],
        }),
        new iam.PolicyStatement({
          sid: 'DescribeAndTagVersions',
          actions: ['sagemaker:DescribeModelPackage', 'sagemaker:AddTags'],
          resources: [training.modelPackageArnPattern],
        }),
        // CloudWatch Logs checks calls on a group against the group's ARN with its streams (`:*`) behind it.
        new iam.PolicyStatement({
          sid: 'FindLogs',
          actions: ['logs:DescribeLogStreams'],
          resources: [log('*')],
        }),
        new iam.PolicyStatement({
          sid: 'ReadOwnLogs',
          actions: ['logs:GetLogEvents'],
          resources: [log(`log-stream:${jobs}-*`)],
        }),
      ],
    });
    acknowledgeWildcards(
      tracker.role,
      ...['hyper-parameter-tuning-job', 'training-job'].map((kind) => ({
        pattern: `${kind}/${jobs}-*`,
        reason: "EV-008: Jobs are named when they start; the prefix is this workflow's.",
      })),
      {
        pattern: `log-group:/aws/sagemaker/TrainingJobs:log-stream:${jobs}-*`,
        reason: 'EV-008: Log streams are named after jobs.',
      },
      {
        pattern: `pipeline/${training.pipelineName}/execution/*`,
        reason: 'EV-008: An execution gets its id when it starts.',
      },
      {
        pattern: `:model-package/${training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
      {
        pattern: 'log-group:/aws/sagemaker/TrainingJobs:*',
        reason: 'EV-003: One log group; describing its streams, nothing more.',
      },
    );
    return tracker;
  }
}
