import { ArnFormat, Duration, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { RemoveOnDelete } from '../shared/function/teardown';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { removeJobRecords } from './job-records';
import type { TrainingStage } from './stage';
import { tuningJobPrefix } from './tuning-job-prefix';

export interface TrainingTeardownProps {
  readonly context: WorkflowContext;
  readonly training: Pick<TrainingStage, 'pipelineName' | 'modelPackageGroupName' | 'modelPackageArnPattern'>;
  readonly group: sagemaker.CfnModelPackageGroup;
  readonly pipeline: sagemaker.CfnPipeline;
}

/**
 * Removes what training and serving leave behind when the stack is deleted:
 * running executions, registered versions, logs and records of jobs. Not a construct of its own, so that the paths stay.
 */
export function trainingTeardown(stack: Stack, props: TrainingTeardownProps): void {
  const packages = removeModelPackages(stack, props);
  const jobLogs = removeJobLogs(stack, props);
  const records = removeJobRecords(stack, props.context);
  const executions = stopExecutions(stack, props);
  executions.resource.node.addDependency(props.pipeline, packages.resource, jobLogs.resource, records.resource);
}

function removeModelPackages(stack: Stack, { context, training, group }: TrainingTeardownProps): RemoveOnDelete {
  const packages = new RemoveOnDelete(stack, 'RegisteredModels', {
    functionName: 'remove-model-packages',
    description: 'Empties the model package group before it is deleted.',
    timeout: Duration.minutes(5),
    target: { ModelPackageGroupName: training.modelPackageGroupName },
    statements: [
      new iam.PolicyStatement({
        sid: 'DeleteModelPackages',
        actions: ['sagemaker:ListModelPackages', 'sagemaker:DeleteModelPackage'],
        resources: [training.modelPackageArnPattern],
      }),
    ],
    context,
  });
  acknowledgeWildcards(packages.role, {
    pattern: `model-package/${training.modelPackageGroupName}/*`,
    reason: 'EV-005: Versions get their number when they are registered.',
  });
  packages.resource.node.addDependency(group);
  return packages;
}

function removeJobLogs(stack: Stack, { context, training }: TrainingTeardownProps): RemoveOnDelete {
  const { configuration } = context;
  const logGroup = (groupName: string) =>
    stack.formatArn({
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
  const own = [`/aws/sagemaker/Endpoints/${training.modelPackageGroupName}`];
  const jobLogs = new RemoveOnDelete(stack, 'JobLogs', {
    functionName: 'remove-job-logs',
    description: "Removes the logs of this workflow's jobs from the groups that all jobs of the account share.",
    timeout: Duration.minutes(10),
    target: { Groups: own, Streams: streams.map(({ group: name, prefix }) => `${name}:${prefix}-`) },
    statements: [
      new iam.PolicyStatement({
        sid: 'DeleteOwnLogGroups',
        actions: ['logs:DeleteLogGroup'],
        resources: own.map(whole),
      }),
      new iam.PolicyStatement({
        sid: 'DescribeLogStreams',
        actions: ['logs:DescribeLogStreams'],
        resources: streams.map(({ group: name }) => whole(name)),
      }),
      new iam.PolicyStatement({
        sid: 'DeleteOwnLogStreams',
        actions: ['logs:DeleteLogStream'],
        resources: streams.map(({ group: name, prefix }) => `${logGroup(name)}:log-stream:${prefix}-*`),
      }),
    ],
    context,
  });
  acknowledgeWildcards(
    jobLogs.role,
    ...['ProcessingJobs', 'TransformJobs'].map((kind) => ({
      pattern: `log-group:/aws/sagemaker/${kind}:log-stream:${configuration.prefix}-*`,
      reason: "EV-008: Streams are named after jobs; the prefix is this workflow's.",
    })),
    {
      pattern: `log-group:/aws/sagemaker/TrainingJobs:log-stream:${tuningJobPrefix(configuration.prefix)}-*`,
      reason: "EV-008: Training jobs are named after their tuning job; the prefix is this workflow's.",
    },
    {
      pattern: `log-group:/aws/sagemaker/Endpoints/${training.modelPackageGroupName}:*`,
      reason: "EV-003: One log group, the endpoint's, with its streams.",
    },
    ...['ProcessingJobs', 'TrainingJobs', 'TransformJobs'].map((kind) => ({
      pattern: `log-group:/aws/sagemaker/${kind}:*`,
      reason: 'EV-003: One log group; describing its streams, nothing more.',
    })),
  );
  return jobLogs;
}

/**
 * SageMaker deletes no pipeline that runs. Running executions are stopped first, because they could still register a
 * version.
 */
function stopExecutions(stack: Stack, { context, training }: TrainingTeardownProps): RemoveOnDelete {
  const pipelineArn = stack.formatArn({
    service: 'sagemaker',
    resource: 'pipeline',
    resourceName: training.pipelineName,
  });
  const executions = new RemoveOnDelete(stack, 'RunningExecutions', {
    functionName: 'stop-pipeline-executions',
    description: 'Stops the executions of the pipeline before it is deleted.',
    timeout: Duration.minutes(10),
    target: { PipelineName: training.pipelineName },
    statements: [
      new iam.PolicyStatement({
        sid: 'ListPipelineExecutions',
        actions: ['sagemaker:ListPipelineExecutions'],
        resources: [pipelineArn],
      }),
      new iam.PolicyStatement({
        sid: 'StopPipelineExecutions',
        actions: ['sagemaker:StopPipelineExecution'],
        resources: [`${pipelineArn}/execution/*`],
      }),
    ],
    context,
  });
  acknowledgeWildcards(executions.role, {
    pattern: `pipeline/${training.pipelineName}/execution/*`,
    reason: 'EV-008: An execution gets its id when it starts.',
  });
  return executions;
}
