import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { notifyStatements } from '../../shared/iam/key-statements';
import { acknowledgeWildcards } from '../../shared/iam/wildcards';
import { WorkflowStateMachine } from '../../shared/state-machine/state-machine';
import type { StateMachineDefinition } from '../../shared/state-machine/states-language';
import type { AnalysisDefinitionProps } from './analysis-definition';
import type { AnalysisProps } from './analysis-props';

export interface AnalysisStateMachineProps {
  /** Last part of the state machine's name. */
  readonly name: string;
  /** Names the job in the statement ids. */
  readonly sid: string;
  readonly analysis: AnalysisProps;
  readonly definition: StateMachineDefinition;
  readonly jobNamePrefix: string;
  readonly jobRole: iam.IRole;
  readonly functionArns: readonly string[];
}

/** The state machine of a monitor. Its role may call exactly what the states of analysis-definition.ts call. */
export class AnalysisStateMachine extends WorkflowStateMachine {
  constructor(scope: Construct, id: string, props: AnalysisStateMachineProps) {
    const { context, training } = props.analysis;
    super(scope, id, {
      context,
      stateMachineName: `${context.configuration.prefix}-${props.name}`,
      definition: props.definition,
      statements: statements(Stack.of(scope), props),
    });
    acknowledgeWildcards(
      this.role,
      {
        pattern: `:processing-job/${props.jobNamePrefix}*`,
        reason: 'EV-008: Each execution creates a job name of its own, with this prefix.',
      },
      {
        pattern: `:model-package/${training.modelPackageGroupName}/*`,
        reason: 'EV-005: Versions of our own model package group.',
      },
    );
  }
}

/** The part of a definition's properties that both monitors derive in the same way. */
export function analysisDefinitionProps(
  props: AnalysisProps,
  { jobNamePrefix, jobRole }: Pick<AnalysisStateMachineProps, 'jobNamePrefix' | 'jobRole'>,
): AnalysisDefinitionProps {
  const { context, lake, training, serving, image } = props;
  const { configuration, network } = context;
  return {
    approvedModelParameterName: training.parameters.approvedModel.parameterName,
    captureBucketName: lake.capture.bucketName,
    topicArn: serving.topic.topicArn,
    jobNamePrefix,
    tags: configuration.tags,
    jobRoleArn: jobRole.roleArn,
    imageUri: image.uri,
    codeUri: training.stepCode.archive.uri,
    codeFileName: training.stepCode.archive.fileName,
    dataKeyArn: context.dataKey.keyArn,
    subnetIds: network.subnetIds,
    securityGroupIds: [network.securityGroup.securityGroupId],
    ...configuration.instances.monitoring,
  };
}

function statements(
  stack: Stack,
  { analysis, sid, jobNamePrefix, jobRole, functionArns }: AnalysisStateMachineProps,
): iam.PolicyStatement[] {
  const sagemaker = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'sagemaker', resource, resourceName });
  const { context, training, serving } = analysis;
  const jobs = sagemaker('processing-job', `${jobNamePrefix}*`);
  return [
    new iam.PolicyStatement({
      sid: 'ReadApprovedPackage',
      actions: ['ssm:GetParameter'],
      resources: [training.parameters.approvedModel.parameterArn],
    }),
    new iam.PolicyStatement({
      sid: 'DescribeModelPackage',
      actions: ['sagemaker:DescribeModelPackage'],
      resources: [training.modelPackageArnPattern],
    }),
    new iam.PolicyStatement({
      sid: `RunIsolated${sid}`,
      actions: ['sagemaker:CreateProcessingJob'],
      resources: [jobs],
      conditions: { Bool: { 'sagemaker:NetworkIsolation': 'true' } },
    }),
    // Step Functions tags the jobs that it waits for (.sync), and reads the tags.
    // https://docs.aws.amazon.com/step-functions/latest/dg/connect-sagemaker.html
    new iam.PolicyStatement({
      sid: `Tag${sid}`,
      actions: ['sagemaker:AddTags', 'sagemaker:ListTags'],
      resources: [jobs],
    }),
    new iam.PolicyStatement({
      sid: `DescribeAndStop${sid}`,
      actions: ['sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
      resources: [jobs],
    }),
    new iam.PolicyStatement({
      sid: 'PassJobRole',
      actions: ['iam:PassRole'],
      resources: [jobRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    }),
    // With .sync, SageMaker's event ends the wait. Step Functions manages this rule itself.
    new iam.PolicyStatement({
      sid: `WaitFor${sid}`,
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
      sid: 'InvokeFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: [...functionArns],
    }),
    ...notifyStatements(stack, serving.topic, context.operationsKey),
  ];
}
