import { approvedModelParameter, bucket, key, logGroup, role, sagemaker } from './arns';
import type { NegativeCases } from './negative-case';

export const trainingCases: NegativeCases = {
  'Training/JobRolesProcessing': [
    {
      sentence: 'read raw data, which no curation has checked',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    {
      sentence: 'change curated data',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'replace a model by writing where training writes',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    { sentence: 'decrypt data outside S3', action: 'kms:Decrypt', resource: `${key}{Foundation/KeysData}` },
  ],
  'Training/JobRolesTraining': [
    {
      sentence: 'read curated data other than through PrepareData',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'approve its own model',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    { sentence: 'become the approver', action: 'sts:AssumeRole', resource: `${role}{Release/ApproverRole}` },
    {
      sentence: 'register its own model',
      action: 'sagemaker:CreateModelPackage',
      resource: `${sagemaker}model-package-group/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'write its own evaluation',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/evaluation/evaluation.json`,
    },
  ],
  'Training/JobLogsFunctionRole': [
    {
      sentence: 'remove the log group of a Lambda function',
      action: 'logs:DeleteLogGroup',
      resource: `${logGroup}/aws/lambda/another`,
    },
    {
      sentence: "remove streams of another project's training jobs",
      action: 'logs:DeleteLogStream',
      resource: `${logGroup}/aws/sagemaker/TrainingJobs:log-stream:another-project`,
    },
    {
      sentence: 'read the lines that it removes',
      action: 'logs:GetLogEvents',
      resource: `${logGroup}/aws/sagemaker/TrainingJobs:log-stream:mla-blueprint-flight-disruption/1`,
    },
  ],
  'Training/JobRecordsFunctionRole': [
    {
      sentence: "remove records of another project's jobs",
      action: 'sagemaker:DeleteProcessingJob',
      resource: `${sagemaker}processing-job/another-project-1`,
    },
    {
      sentence: 'stop a job',
      action: 'sagemaker:StopProcessingJob',
      resource: `${sagemaker}processing-job/mla-blueprint-drift-1`,
    },
    {
      sentence: "read the configuration of another project's job",
      action: 'sagemaker:DescribeTrainingJob',
      resource: `${sagemaker}training-job/another-project-1`,
    },
  ],
  'Training/RunningExecutionsFunctionRole': [
    {
      sentence: 'stop executions of another pipeline',
      action: 'sagemaker:StopPipelineExecution',
      resource: `${sagemaker}pipeline/another-project/execution/abcdefghijkl`,
    },
    {
      sentence: 'start a training',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'delete the pipeline',
      action: 'sagemaker:DeletePipeline',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Training/RegisteredModelsFunctionRole': [
    {
      sentence: 'approve a model',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: 'remove models of another group',
      action: 'sagemaker:DeleteModelPackage',
      resource: `${sagemaker}model-package/another-group/1`,
    },
    {
      sentence: 'delete the endpoint',
      action: 'sagemaker:DeleteEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
  ],
  'Training/StateFunctionRole': [
    {
      sentence: 'change which version is live',
      action: 'ssm:PutParameter',
      resource: approvedModelParameter,
      context: { 'ssm:Overwrite': 'true' },
    },
    {
      sentence: 'create a parameter of another workflow',
      action: 'ssm:PutParameter',
      resource: 'arn:aws:ssm:{region}:{account}:parameter/another/approved-model-package',
      context: { 'ssm:Overwrite': 'false' },
    },
    {
      sentence: 'approve a model',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
    },
  ],
  'Training/PipelineRole': [
    {
      sentence: 'approve what it has registered',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    { sentence: 'become the approver', action: 'sts:AssumeRole', resource: `${role}{Release/ApproverRole}` },
    {
      sentence: 'register a model that is approved from the start',
      action: 'sagemaker:CreateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: "pass a job's role to a Lambda function",
      action: 'iam:PassRole',
      resource: `${role}{Training/JobRolesTraining}`,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    {
      sentence: 'run a job with the role of the deployment',
      action: 'iam:PassRole',
      resource: `${role}{Release/ServingDeploymentRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'update the endpoint',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
  ],
};
