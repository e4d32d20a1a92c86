import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';

import { pipelineDocument } from '../../pipelines/definition/pipeline';
import { flightDisruptionPipeline } from '../../pipelines/flight-disruption/pipeline';
import type { DataLakeStage } from '../data-lake/stage';
import { covers } from '../shared/blueprint/covers';
import { keyThroughService } from '../shared/iam/key-statements';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { SagemakerImages } from './images';
import type { JobRoles } from './job-roles';
import type { StepCode } from './step-code';
import { tuningJobPrefix } from './tuning-job-prefix';

export interface TrainingPipelineProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly images: SagemakerImages;
  readonly roles: JobRoles;
  readonly code: StepCode;
}

/**
 * The SageMaker pipeline and its execution role (SVC-04: what Pipelines add; TRAP-09: what a notebook does not give;
 * MLOPS-02: repeatable work). The definition is TypeScript, so deployment needs no Python SDK.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines.html
 */
export class TrainingPipeline extends Construct {
  readonly pipeline: sagemaker.CfnPipeline;

  constructor(scope: Construct, id: string, props: TrainingPipelineProps) {
    super(scope, id);
    const { context, lake, code, images, roles } = props;
    const { configuration, problem, dataKey, network } = context;
    const stack = Stack.of(this);
    const role = this.executionRole(props);
    const definition = pipelineDocument(
      flightDisruptionPipeline({
        jobNamePrefix: configuration.prefix,
        tuningJobPrefix: tuningJobPrefix(configuration.prefix),
        problem,
        images: { xgboost: images.xgboost, scikitLearn: images.scikitLearn },
        roles: { processing: roles.processing.roleArn, training: roles.training.roleArn },
        curatedBucket: lake.curated.bucketName,
        artifactsBucket: lake.artifacts.bucketName,
        dataKeyArn: dataKey.keyArn,
        subnetIds: network.subnetIds,
        securityGroupId: network.securityGroup.securityGroupId,
        code: {
          zipUri: code.archive.uri,
          zipName: code.archive.fileName,
          sourceUri: code.sourceDirectory.uri,
          sourceName: code.sourceDirectory.fileName,
          version: code.version,
        },
        trainingJobArns: stack.formatArn({
          service: 'sagemaker',
          resource: 'training-job',
          resourceName: '',
          arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
        }),
        noLiveModelUri: code.noLiveModel.uri,
        recordedStates: configuration.streaming.enabled,
        modelPackageGroupName: props.modelPackageGroupName,
        inferencePipeline: configuration.variants.inferencePipeline,
        tags: configuration.tags,
        processing: configuration.instances.processing,
        training: configuration.instances.training,
        tuning: configuration.tuning,
        cacheDays: configuration.pipeline.cacheDays,
        servingInstanceTypes: {
          realTime: configuration.instances.endpoint.instanceType,
          transform: configuration.instances.transform.instanceType,
        },
      }),
    );
    // L1: aws-sagemaker-alpha has no construct for pipelines.
    this.pipeline = new sagemaker.CfnPipeline(this, 'Pipeline', {
      pipelineName: props.pipelineName,
      pipelineDescription: problem.objective,
      pipelineDefinition: { PipelineDefinitionBody: stack.toJsonString(definition) },
      roleArn: role.roleArn,
      parallelismConfiguration: { MaxParallelExecutionSteps: configuration.pipeline.maximumParallelSteps },
    });
    // CreatePipeline fails until its role has all permissions of the definition.
    this.pipeline.node.addDependency(role);
    covers(
      this,
      'SVC-02',
      'SVC-03',
      'SVC-04',
      'TRAP-09',
      'MLOPS-02',
      'FLOW-05',
      'FLOW-06',
      'FLOW-07',
      'FRAME-05',
      'TRAIN-03',
      'TRAIN-05',
      'TUNE-02',
      'STAGE-04',
      'STAGE-05',
    );
  }

  private executionRole(props: TrainingPipelineProps): iam.Role {
    const stack = Stack.of(this);
    const { context, roles } = props;
    const { configuration, dataKey } = context;
    const { artifacts } = props.lake;
    const named = (resource: string, resourceName = `${configuration.prefix}-*`) =>
      stack.formatArn({ service: 'sagemaker', resource, resourceName, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
    const group = named('model-package-group', props.modelPackageGroupName);
    const versions = named('model-package', `${props.modelPackageGroupName}/*`);
    const tuningJobs = named('hyper-parameter-tuning-job', `${tuningJobPrefix(configuration.prefix)}-*`);
    const role = new iam.Role(this, 'Role', {
      description:
        'Starts the steps of the pipeline. Reads no data except the reports of selection and evaluation, and the model that it registers.',
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Steps: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'RunProcessingJobs',
              actions: [
                'sagemaker:CreateProcessingJob',
                'sagemaker:DescribeProcessingJob',
                'sagemaker:StopProcessingJob',
              ],
              resources: [named('processing-job')],
            }),
            new iam.PolicyStatement({
              sid: 'RunTuningJobs',
              actions: [
                'sagemaker:CreateHyperParameterTuningJob',
                'sagemaker:DescribeHyperParameterTuningJob',
                'sagemaker:StopHyperParameterTuningJob',
                'sagemaker:ListTrainingJobsForHyperParameterTuningJob',
              ],
              resources: [tuningJobs],
            }),
            new iam.PolicyStatement({
              sid: 'TagJobs',
              actions: ['sagemaker:AddTags'],
              resources: [named('processing-job'), tuningJobs],
            }),
            // RegisterModel calls CreateModelPackageGroup with tags. It ignores that the group exists, but not a
            // denial.
            new iam.PolicyStatement({
              sid: 'CreateModelPackageGroup',
              actions: ['sagemaker:CreateModelPackageGroup', 'sagemaker:AddTags'],
              resources: [group],
            }),
            // Only as pending: the pipeline cannot approve its own model (BALANCE-05: automation against control).
            new iam.PolicyStatement({
              sid: 'CreateModelPackage',
              actions: ['sagemaker:CreateModelPackage'],
              resources: [group, versions],
              conditions: { StringEqualsIfExists: { 'sagemaker:ModelApprovalStatus': 'PendingManualApproval' } },
            }),
            new iam.PolicyStatement({
              sid: 'DescribeAndTagModelPackage',
              actions: ['sagemaker:DescribeModelPackage', 'sagemaker:AddTags'],
              resources: [versions],
            }),
            // SageMaker reads the artifact as the role that registers it.
            new iam.PolicyStatement({
              sid: 'ReadModelArtifact',
              actions: ['s3:GetObject'],
              resources: [artifacts.arnForObjects('models/*')],
            }),
            new iam.PolicyStatement({
              sid: 'PassJobRoles',
              actions: ['iam:PassRole'],
              resources: [roles.processing.roleArn, roles.training.roleArn],
              conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
            }),
            new iam.PolicyStatement({
              sid: 'ReadPropertyFiles',
              actions: ['s3:GetObject'],
              resources: ['pipeline/*/evaluation/evaluation.json', 'pipeline/*/selection/selection.json'].map((file) =>
                artifacts.arnForObjects(file),
              ),
            }),
            keyThroughService(stack, 's3', dataKey, { sid: 'DecryptPropertyFiles', actions: ['kms:Decrypt'] }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(
      role,
      {
        pattern: `processing-job/${configuration.prefix}-*`,
        reason: 'EV-008: SageMaker completes each job name with the execution and a random part.',
      },
      {
        pattern: `hyper-parameter-tuning-job/${tuningJobPrefix(configuration.prefix)}-*`,
        reason: 'EV-008: The same for tuning jobs, whose prefix has 6 characters at most.',
      },
      {
        pattern: `model-package/${props.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions get their number when they are registered.',
      },
      { pattern: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      { pattern: '/pipeline/*/evaluation/evaluation.json', reason: 'EV-001: The execution id is part of the path.' },
      { pattern: '/pipeline/*/selection/selection.json', reason: 'EV-001: The execution id is part of the path.' },
    );
    return role;
  }
}
