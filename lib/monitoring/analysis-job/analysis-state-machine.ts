import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
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
    const { prefix, operationsKey, logRetention, modelPackageGroupName } = props.analysis;
    super(scope, id, {
      stateMachineName: `${prefix}-${props.name}`,
      definition: props.definition,
      operationsKey,
      logRetention,
      statements: statements(Stack.of(scope), props),
    });
    acknowledgeWildcards(
      this.role,
      {
        endsWith: `:processing-job/${props.jobNamePrefix}*`,
        reason: 'EV-008: Each execution creates a job name of its own, with this prefix.',
      },
      {
        endsWith: `:model-package/${modelPackageGroupName}/*`,
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
  return {
    approvedModelParameterName: props.approvedModelParameterName,
    captureBucketName: props.capture.bucketName,
    topicArn: props.topic.topicArn,
    jobNamePrefix,
    tags: props.tags,
    jobRoleArn: jobRole.roleArn,
    imageUri: props.imageUri,
    codeUri: props.code.uri,
    codeFileName: props.code.fileName,
    dataKeyArn: props.dataKey.keyArn,
    subnetIds: props.subnetIds,
    securityGroupIds: [props.securityGroup.securityGroupId],
    ...props.compute,
  };
}

function statements(
  stack: Stack,
  { analysis, sid, jobNamePrefix, jobRole, functionArns }: AnalysisStateMachineProps,
): iam.PolicyStatement[] {
  const sagemaker = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'sagemaker', resource, resourceName });
  const jobs = sagemaker('processing-job', `${jobNamePrefix}*`);
  return [
    new iam.PolicyStatement({
      sid: 'ReadApprovedPackage',
      actions: ['ssm:GetParameter'],
      resources: [analysis.approvedModelParameterArn],
    }),
    new iam.PolicyStatement({
      sid: 'FindBaseline',
      actions: ['sagemaker:DescribeModelPackage'],
      resources: [sagemaker('model-package', `${analysis.modelPackageGroupName}/*`)],
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
      sid: `Follow${sid}`,
      actions: ['sagemaker:DescribeProcessingJob', 'sagemaker:StopProcessingJob'],
      resources: [jobs],
    }),
    new iam.PolicyStatement({
      sid: 'GiveTheJobItsRole',
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
      sid: 'CallFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: [...functionArns],
    }),
    new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [analysis.topic.topicArn] }),
    new iam.PolicyStatement({
      sid: 'EncryptNotice',
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [analysis.operationsKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${stack.region}.amazonaws.com` } },
    }),
  ];
}
