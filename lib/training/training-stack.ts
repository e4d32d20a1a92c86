import { CfnOutput } from 'aws-cdk-lib';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import { covers } from '../shared/blueprint/covers';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { SagemakerImages } from './images';
import { JobRoles } from './job-roles';
import { liveParameters } from './live-parameters';
import type { LiveParameters, TrainingStage } from './stage';
import { StepCode } from './step-code';
import { TrainingPipeline } from './training-pipeline';
import { trainingTeardown } from './training-teardown';

export interface TrainingStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
}

/** From curated data to a registered model, and the parameters that say which model is live. */
export class TrainingStack extends WorkflowStack implements TrainingStage {
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly modelPackageArnPattern: string;
  readonly baselinePrefixes = ['pipeline/*/baseline'];
  readonly parameters: LiveParameters;
  readonly stepCode: StepCode;

  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    super(scope, id, props);
    const { context, lake } = props;
    const { configuration, problem } = context;
    const name = `${configuration.prefix}-${problem.name}`;
    this.pipelineName = name;
    this.modelPackageGroupName = name;
    this.modelPackageArnPattern = this.formatArn({
      service: 'sagemaker',
      resource: 'model-package',
      resourceName: `${name}/*`,
    });

    // Versions of the model, each with its metrics, its baselines and its approval (SVC-06: what the model registry is
    // for; STAGE-06: what registration records; ART-07: what a model package holds).
    const group = new sagemaker.CfnModelPackageGroup(this, 'ModelPackageGroup', {
      modelPackageGroupName: name,
      modelPackageGroupDescription: problem.objective,
    });
    covers(group, 'SVC-06', 'STAGE-06', 'ART-07', 'FLOW-08', 'READY-12');

    this.parameters = liveParameters(this, context);

    this.stepCode = new StepCode(this, 'StepCode', problem);
    const images = new SagemakerImages(this, 'Images');
    const jobs = { context, lake, code: this.stepCode };
    const roles = new JobRoles(this, 'JobRoles', { ...jobs, repositories: images.repositories });
    const { pipeline } = new TrainingPipeline(this, 'Pipeline', {
      ...jobs,
      pipelineName: name,
      modelPackageGroupName: name,
      images,
      roles,
    });
    pipeline.addResourceDependency(group);
    trainingTeardown(this, { context, training: this, group, pipeline });

    const { approvedModel, challengerModel, endpointState } = this.parameters;
    new CfnOutput(this, 'PipelineName', { value: this.pipelineName });
    new CfnOutput(this, 'ModelPackageGroupName', { value: this.modelPackageGroupName });
    new CfnOutput(this, 'NoLiveModelUri', { value: this.stepCode.noLiveModel.uri });
    new CfnOutput(this, 'ApprovedModelParameterName', { value: approvedModel.parameterName });
    if (challengerModel) new CfnOutput(this, 'ChallengerModelParameterName', { value: challengerModel.parameterName });
    if (endpointState) new CfnOutput(this, 'EndpointStateParameterName', { value: endpointState.parameterName });
  }
}
