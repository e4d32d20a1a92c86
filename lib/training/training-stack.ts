import { ArnFormat, CfnOutput, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import type { Construct } from 'constructs';
import {
  approvedModelParameterName,
  challengerModelParameterName,
  endpointStateParameterName,
  provenModelParameterName,
} from '../serving/approved-model';
import { answers } from '../shared/blueprint/answers';
import { RemoveOnDelete } from '../shared/function/teardown';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { type StateParameter, StateParameters } from '../shared/ssm/state-parameters';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { SagemakerImages } from './images';
import { removeJobRecords } from './job-records';
import { JobRoles } from './job-roles';
import { StepCode } from './step-code';
import { TrainingPipeline } from './training-pipeline';
import { tuningJobPrefix } from './tuning-job-prefix';

export interface TrainingStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly curated: s3.IBucket;
  readonly artifacts: s3.IBucket;
}

/** From curated data to a registered model, and the place where it says which model is live. */
export class TrainingStack extends WorkflowStack {
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  approvedModelParameter!: StateParameter;
  provenModelParameter!: StateParameter;
  /** Only with a challenger in the configuration. */
  challengerModelParameter?: StateParameter;
  /** Only where an idle endpoint is taken down. */
  endpointStateParameter?: StateParameter;
  readonly stepCode: StepCode;
  /** Below these prefixes of the artifacts bucket the pipeline writes baselines. */
  readonly baselinePrefixes = ['pipeline/*/baseline'];

  constructor(scope: Construct, id: string, props: TrainingStackProps) {
    super(scope, id, props);
    const { configuration, problem, dataKey, network } = props.context;
    const name = `${configuration.prefix}-${problem.name}`;
    this.pipelineName = name;
    this.modelPackageGroupName = name;

    // Versions of the model, each with its metrics, its baselines and its approval (SVC-06, STAGE-06, ART-07).
    const group = new sagemaker.CfnModelPackageGroup(this, 'ModelPackageGroup', {
      modelPackageGroupName: name,
      modelPackageGroupDescription: problem.objective,
    });
    answers(group, 'SVC-06', 'STAGE-06', 'ART-07', 'FLOW-08', 'READY-12');

    this.addStateParameters(props.context);

    this.stepCode = new StepCode(this, 'StepCode', problem);
    const images = new SagemakerImages(this, 'Images');
    const roles = new JobRoles(this, 'JobRoles', {
      curated: props.curated,
      artifacts: props.artifacts,
      dataKey,
      code: this.stepCode,
      repositories: images.repositories,
      ...network,
    });
    const training = new TrainingPipeline(this, 'Pipeline', {
      configuration,
      problem,
      pipelineName: name,
      modelPackageGroupName: name,
      images,
      roles,
      code: this.stepCode,
      curated: props.curated,
      artifacts: props.artifacts,
      dataKey,
      ...network,
    });
    training.pipeline.addResourceDependency(group);
    this.teardown(props.context, group, training.pipeline);

    new CfnOutput(this, 'PipelineName', { value: this.pipelineName });
    new CfnOutput(this, 'ModelPackageGroupName', { value: this.modelPackageGroupName });
    new CfnOutput(this, 'NoLiveModelUri', { value: this.stepCode.noLiveModel.uri });
    new CfnOutput(this, 'ApprovedModelParameterName', { value: this.approvedModelParameter.parameterName });
  }

  /**
   * Which version is live, and what else releases write for everybody to read (MLOPS-03). No secrets, so no
   * SecureString.
   */
  private addStateParameters({ configuration, problem, operationsKey, logRetention }: WorkflowContext): void {
    const approved = approvedModelParameterName(configuration, problem);
    const proven = provenModelParameterName(configuration, problem);
    const challenger = challengerModelParameterName(configuration, problem);
    const endpointState = endpointStateParameterName(configuration, problem);
    const parameters = new StateParameters(this, 'State', {
      names: [approved, proven, challenger, endpointState],
      tags: configuration.tags,
      operationsKey,
      logRetention,
    });
    this.approvedModelParameter = parameters.add('ApprovedModel', {
      name: approved,
      description: 'ARN of the approved model package, or "none".',
      initialValue: 'none',
    });
    // A version may serve before it was judged: when its release dies between the two. So this is not the
    // approved-model parameter (MLOPS-05, MLOPS-08).
    this.provenModelParameter = parameters.add('ProvenModel', {
      name: proven,
      description:
        'ARN of the last model package whose release ended well, or "none": what a release that fails goes back to.',
      initialValue: 'none',
    });
    if (configuration.variants.challenger) {
      this.challengerModelParameter = parameters.add('ChallengerModel', {
        name: challenger,
        description: 'ARN of the model package that challenges the live one, or "none".',
        initialValue: 'none',
      });
      new CfnOutput(this, 'ChallengerModelParameterName', { value: challenger });
    }
    if (configuration.idleEndpoint.takeDownAfterHours !== undefined) {
      // Written by who takes an idle endpoint down and by who releases (COST-02).
      this.endpointStateParameter = parameters.add('EndpointState', {
        name: endpointState,
        description: 'Whether the endpoint is "awake" or "asleep".',
        initialValue: 'awake',
      });
      new CfnOutput(this, 'EndpointStateParameterName', { value: endpointState });
    }
  }

  /** What training and serving leave behind: executions that run, registered versions, and logs of jobs. */
  private teardown(
    { configuration, operationsKey, logRetention }: WorkflowContext,
    group: sagemaker.CfnModelPackageGroup,
    pipeline: sagemaker.CfnPipeline,
  ): void {
    const packages = new RemoveOnDelete(this, 'RegisteredModels', {
      functionName: 'remove-model-packages',
      description: 'Empties the model package group before it is deleted.',
      timeout: Duration.minutes(5),
      target: { ModelPackageGroupName: this.modelPackageGroupName },
      statements: [
        new iam.PolicyStatement({
          sid: 'RemoveVersions',
          actions: ['sagemaker:ListModelPackages', 'sagemaker:DeleteModelPackage'],
          resources: [
            this.formatArn({
              service: 'sagemaker',
              resource: 'model-package',
              resourceName: `${this.modelPackageGroupName}/*`,
            }),
          ],
        }),
      ],
      operationsKey,
      logRetention,
    });
    acknowledgeWildcards(packages.role, {
      endsWith: '/*',
      reason: 'EV-005: Versions get their number when they are registered.',
    });
    packages.resource.node.addDependency(group);

    const logGroup = (groupName: string) =>
      this.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: groupName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      });
    // CloudWatch Logs checks calls on a group against the group's ARN with its streams (`:*`) behind it.
    const whole = (groupName: string) => `${logGroup(groupName)}:*`;
    // Streams are named after jobs; training jobs after the tuning job that started them.
    const streams = [
      { group: '/aws/sagemaker/ProcessingJobs', prefix: configuration.prefix },
      { group: '/aws/sagemaker/TrainingJobs', prefix: tuningJobPrefix(configuration.prefix) },
      { group: '/aws/sagemaker/TransformJobs', prefix: configuration.prefix },
    ];
    const own = [`/aws/sagemaker/Endpoints/${this.modelPackageGroupName}`];
    const jobLogs = new RemoveOnDelete(this, 'JobLogs', {
      functionName: 'remove-job-logs',
      description: "Removes the logs of this workflow's jobs from the groups that all jobs of the account share.",
      timeout: Duration.minutes(10),
      target: { Groups: own, Streams: streams.map(({ group: name, prefix }) => `${name}:${prefix}-`) },
      statements: [
        new iam.PolicyStatement({
          sid: 'RemoveOwnGroups',
          actions: ['logs:DeleteLogGroup'],
          resources: own.map(whole),
        }),
        new iam.PolicyStatement({
          sid: 'FindStreams',
          actions: ['logs:DescribeLogStreams'],
          resources: streams.map(({ group: name }) => whole(name)),
        }),
        new iam.PolicyStatement({
          sid: 'RemoveOwnStreams',
          actions: ['logs:DeleteLogStream'],
          resources: streams.map(({ group: name, prefix }) => `${logGroup(name)}:log-stream:${prefix}-*`),
        }),
      ],
      operationsKey,
      logRetention,
    });
    const records = removeJobRecords(this, configuration, operationsKey);
    acknowledgeWildcards(
      jobLogs.role,
      {
        endsWith: `:${configuration.prefix}-*`,
        reason: "EV-008: Streams are named after jobs; the prefix is this workflow's.",
      },
      {
        endsWith: `:${tuningJobPrefix(configuration.prefix)}-*`,
        reason: "EV-008: Training jobs are named after their tuning job; the prefix is this workflow's.",
      },
      {
        endsWith: `${this.modelPackageGroupName}:*`,
        reason: "EV-003: One log group, the endpoint's, with its streams.",
      },
      ...streams.map(({ group: name }) => ({
        endsWith: `${name}:*`,
        reason: 'EV-003: One log group; describing its streams, nothing more.',
      })),
    );

    // SageMaker deletes no pipeline that runs. What runs ends first: it could still register a version, write logs, and
    // keep the record of its job.
    const pipelineArn = this.formatArn({ service: 'sagemaker', resource: 'pipeline', resourceName: this.pipelineName });
    const executions = new RemoveOnDelete(this, 'RunningExecutions', {
      functionName: 'stop-pipeline-executions',
      description: 'Stops the executions of the pipeline before it is deleted.',
      timeout: Duration.minutes(10),
      target: { PipelineName: this.pipelineName },
      statements: [
        new iam.PolicyStatement({
          sid: 'FindExecutions',
          actions: ['sagemaker:ListPipelineExecutions'],
          resources: [pipelineArn],
        }),
        new iam.PolicyStatement({
          sid: 'StopExecutions',
          actions: ['sagemaker:StopPipelineExecution'],
          resources: [`${pipelineArn}/execution/*`],
        }),
      ],
      operationsKey,
      logRetention,
    });
    acknowledgeWildcards(executions.role, {
      endsWith: '/execution/*',
      reason: 'EV-008: An execution gets its id when it starts.',
    });
    executions.resource.node.addDependency(pipeline, packages.resource, jobLogs.resource, records.resource);
  }
}
