import { approvedModelParameter, bucket, role, sagemaker, stateMachine } from './arns';
import type { NegativeCases } from './negative-case';

export const releaseCases: NegativeCases = {
  'Release/UpdateExplanationFunctionRole': [
    {
      sentence: 'change the stack that it reads',
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Serving/one',
    },
    {
      sentence: 'change the endpoint',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'read the events of another stack',
      action: 'cloudformation:DescribeStackEvents',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/another/one',
    },
  ],
  'Release/ReconcilerReconcileRole': [
    {
      sentence: 'approve what it then releases',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
    },
    {
      sentence: 'update the Serving stack without the release state machine',
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Serving/one',
    },
    {
      sentence: 'start another state machine',
      action: 'states:StartExecution',
      resource: `${stateMachine}mla-blueprint-batch-scoring`,
    },
    {
      sentence: "write metrics that look like another part's",
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Monitoring' },
    },
  ],
  'Release/ApprovalReleaseApprovedRole': [
    {
      sentence: 'start another state machine',
      action: 'states:StartExecution',
      resource: `${stateMachine}mla-blueprint-batch-scoring`,
    },
    {
      sentence: 'stop a release',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-release:one',
    },
    { sentence: 'change which model is live', action: 'ssm:PutParameter', resource: approvedModelParameter },
  ],
  'Release/ApprovalReleaseStateMachineRole': [
    {
      sentence: 'approve a model itself',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: 'change the endpoint other than through CloudFormation',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: "update Serving with another role than the deployment's",
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Serving/one',
      context: { 'cloudformation:RoleArn': `${role}{CDKToolkit/CloudFormationExecutionRole}` },
    },
    {
      sentence: 'update another stack',
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Foundation/one',
      context: { 'cloudformation:RoleArn': `${role}{Release/ServingDeploymentRole}` },
    },
  ],
  'Release/ServingDeploymentRole': [
    {
      sentence: 'create a model without network isolation',
      action: 'sagemaker:CreateModel',
      resource: `${sagemaker}model/livemodel-one`,
      context: { 'sagemaker:NetworkIsolation': 'false' },
    },
    {
      sentence: 'give the model another role',
      action: 'iam:PassRole',
      resource: `${role}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    { sentence: 'change a role', action: 'iam:PutRolePolicy', resource: `${role}{Serving/ModelRole}` },
    {
      sentence: "delete somebody else's endpoint",
      action: 'sagemaker:DeleteEndpoint',
      resource: `${sagemaker}endpoint/another`,
    },
  ],
  'Release/ApproverRole': [
    {
      sentence: 'start a training whose result it then approves',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'register a model',
      action: 'sagemaker:CreateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
    },
    {
      sentence: 'name another artifact while it approves',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved', 'sagemaker:CustomerMetadataProperties/modelSha256': '0' },
    },
    {
      sentence: 'change a package without a decision',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
    },
    {
      sentence: 'approve a model of another group',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/another-group/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    { sentence: 'change which model is live', action: 'ssm:PutParameter', resource: approvedModelParameter },
  ],
  'Release/SmokeTestFunctionRole': [
    {
      sentence: 'invoke another endpoint',
      action: 'sagemaker:InvokeEndpoint',
      resource: `${sagemaker}endpoint/another`,
    },
    {
      sentence: 'change the endpoint that it tests',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
  ],
  'Release/PackageVerificationFunctionRole': [
    {
      sentence: 'change the artifact that it compares',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'write an evaluation that fits the artifact',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/evaluation/evaluation.json`,
    },
    {
      sentence: 'read training rows',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/prepare/train/data.csv`,
    },
    {
      sentence: 'approve what it has compared',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
  ],
};
