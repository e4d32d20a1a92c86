/**
 * What each role must not be able to do, as sentences. The access matrix shows what is allowed; these say what is meant
 * not to be. A change that allows one of these is an error. Names in braces are Stack/LogicalId, without CDK's hash.
 */
export interface NegativeCase {
  /** Continues "It must not ...". */
  readonly sentence: string;
  readonly action: string;
  readonly resource: string;
  /** What the request carries in addition to the usual. */
  readonly context?: Readonly<Record<string, string>>;
}

const s3 = 's3.{region}.amazonaws.com';
const iam = 'arn:aws:iam::{account}:role/';
const sagemaker = 'arn:aws:sagemaker:{region}:{account}:';
const lambda = 'arn:aws:lambda:{region}:{account}:function:';
const states = 'arn:aws:states:{region}:{account}:stateMachine:';
const key = 'arn:aws:kms:{region}:{account}:key/';
const bucket = 'arn:aws:s3:::';
const parameter = 'arn:aws:ssm:{region}:{account}:parameter/mla-blueprint/flight-disruption/approved-model-package';
const group = 'arn:aws:logs:{region}:{account}:log-group:';
const strangersBucket = `${bucket}somebody-elses-bucket/stolen.csv`;

export const negativeCases: Readonly<Record<string, readonly NegativeCase[]>> = {
  'Foundation/NetworkFlowLogsRole': [
    {
      sentence: 'delete the flow logs that it delivers',
      action: 'logs:DeleteLogGroup',
      resource: `${group}{Foundation/NetworkFlowLogs}`,
    },
    {
      sentence: 'write into another log group',
      action: 'logs:PutLogEvents',
      resource: `${group}{DataLake/EmptyingLogs}:log-stream:any`,
    },
    {
      sentence: 'read the logs of the jobs',
      action: 'logs:GetLogEvents',
      resource: `${group}/aws/sagemaker/TrainingJobs:log-stream:any`,
    },
  ],
  'Foundation/NetworkInterfacesFunctionRole': [
    {
      sentence: 'delete an interface: it only waits until SageMaker has',
      action: 'ec2:DeleteNetworkInterface',
      resource: 'arn:aws:ec2:{region}:{account}:network-interface/eni-0123456789abcdef0',
    },
    {
      sentence: "open the jobs' security group",
      action: 'ec2:AuthorizeSecurityGroupIngress',
      resource: 'arn:aws:ec2:{region}:{account}:security-group/{Foundation/NetworkJobs}',
    },
    {
      sentence: 'read data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
  ],
  'DataLake/AuditTrailLogsRole': [
    {
      sentence: 'write into another log group',
      action: 'logs:PutLogEvents',
      resource: `${group}{DataLake/EmptyingLogs}:log-stream:any`,
    },
    {
      sentence: 'remove what it has recorded',
      action: 'logs:DeleteLogStream',
      resource: `${group}{DataLake/AuditTrailLogs}:log-stream:{account}_CloudTrail_{region}`,
    },
    {
      sentence: 'shorten how long the record is kept',
      action: 'logs:PutRetentionPolicy',
      resource: `${group}{DataLake/AuditTrailLogs}:*`,
    },
  ],
  'DataLake/BatchIngestCurateRole': [
    {
      sentence: 'change what was delivered',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    {
      sentence: 'delete a curated file',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read the audit trail',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/AuditBucket}/AWSLogs/{account}/one.json.gz`,
    },
    { sentence: 'decrypt data outside S3', action: 'kms:Decrypt', resource: `${key}{Foundation/KeysData}` },
    { sentence: "carry data to somebody else's bucket", action: 's3:PutObject', resource: strangersBucket },
  ],
  'DataLake/CustomS3AutoDeleteObjectsCustomResourceProviderRole': [
    {
      sentence: 'read what it deletes',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    {
      sentence: 'delete from a bucket that is not of these stacks',
      action: 's3:DeleteObject',
      resource: strangersBucket,
    },
    {
      sentence: 'decrypt',
      action: 'kms:Decrypt',
      resource: `${key}{Foundation/KeysData}`,
      context: { 'kms:ViaService': s3 },
    },
  ],
  'Training/JobRolesProcessing': [
    {
      sentence: 'read what has not been evaluated yet',
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
      sentence: 'read curated data around preparation',
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
    { sentence: 'become the approver', action: 'sts:AssumeRole', resource: `${iam}{Release/ApproverRole}` },
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
      resource: `${group}/aws/lambda/another`,
    },
    {
      sentence: "remove streams of another project's training jobs",
      action: 'logs:DeleteLogStream',
      resource: `${group}/aws/sagemaker/TrainingJobs:log-stream:another-project`,
    },
    {
      sentence: 'read the lines that it removes',
      action: 'logs:GetLogEvents',
      resource: `${group}/aws/sagemaker/TrainingJobs:log-stream:mla-blueprint-flight-disruption/1`,
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
      sentence: 'read what a job was given',
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
      sentence: 'read what became of another stack',
      action: 'cloudformation:DescribeStackEvents',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/another/one',
    },
  ],
  'Training/StateFunctionRole': [
    {
      sentence: 'say that another version is live',
      action: 'ssm:PutParameter',
      resource: parameter,
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
    { sentence: 'become the approver', action: 'sts:AssumeRole', resource: `${iam}{Release/ApproverRole}` },
    {
      sentence: 'register a model that is approved from the start',
      action: 'sagemaker:CreateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: "hand a job's role to a Lambda function",
      action: 'iam:PassRole',
      resource: `${iam}{Training/JobRolesTraining}`,
      context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
    },
    {
      sentence: 'run a job with the role of the deployment',
      action: 'iam:PassRole',
      resource: `${iam}{Release/ServingDeploymentRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'put a model into production',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
  ],
  'Serving/ModelRole': [
    {
      sentence: 'read training data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'change the model that it serves',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'read what others have asked the endpoint',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    { sentence: "carry answers to somebody else's bucket", action: 's3:PutObject', resource: strangersBucket },
  ],
  'Serving/BatchScoringCheckCompletenessRole': [
    {
      sentence: 'repair the answers that it checks',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/output/one.csv.out`,
    },
    {
      sentence: 'read a model',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'start a transform job',
      action: 'sagemaker:CreateTransformJob',
      resource: `${sagemaker}transform-job/one`,
    },
  ],
  'Monitoring/ModelQualitySelectRole': [
    {
      sentence: 'read the requests whose names it lists',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'start a model quality run',
      action: 'sagemaker:CreateProcessingJob',
      resource: `${sagemaker}processing-job/one`,
    },
  ],
  'Serving/BatchScoringStageInputRole': [
    {
      sentence: 'change what people sent',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/input/one.csv`,
    },
    {
      sentence: 'read answers',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/output/one.csv.out`,
    },
    {
      sentence: 'write a report',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/report/one.json`,
    },
  ],
  'Serving/BatchScoringStateMachineRole': [
    {
      sentence: 'change the endpoint',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    { sentence: 'make a model of its own', action: 'sagemaker:CreateModel', resource: `${sagemaker}model/another` },
    {
      sentence: 'call a function that is not its own',
      action: 'lambda:InvokeFunction',
      resource: `${lambda}{Monitoring/AutomaticRetrainingStartRetrainingFunction}`,
    },
  ],
  'Serving/BatchScoringArrivedRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${states}mla-blueprint-release` },
    {
      sentence: 'start a transform job without the state machine',
      action: 'sagemaker:CreateTransformJob',
      resource: `${sagemaker}transform-job/mla-blueprint-batch-one`,
    },
    {
      sentence: 'read the file named in the event',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/input/one.csv`,
    },
  ],
  'Serving/BatchScoringNightlyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${states}mla-blueprint-release` },
    {
      sentence: 'stop a batch',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-batch-scoring:one',
    },
    { sentence: 'list what waits', action: 's3:ListBucket', resource: `${bucket}{DataLake/ArtifactsBucket}` },
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
      resource: `${states}mla-blueprint-batch-scoring`,
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
      resource: `${states}mla-blueprint-batch-scoring`,
    },
    {
      sentence: 'stop a release',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-release:one',
    },
    { sentence: 'say which model is live', action: 'ssm:PutParameter', resource: parameter },
  ],
  'Release/ApprovalReleaseStateMachineRole': [
    {
      sentence: 'approve a model itself',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: 'change the endpoint around CloudFormation',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: "update Serving with another role than the deployment's",
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Serving/one',
      context: { 'cloudformation:RoleArn': `${iam}{CDKToolkit/CloudFormationExecutionRole}` },
    },
    {
      sentence: 'update another stack',
      action: 'cloudformation:UpdateStack',
      resource: 'arn:aws:cloudformation:{region}:{account}:stack/MlaBlueprint-Foundation/one',
      context: { 'cloudformation:RoleArn': `${iam}{Release/ServingDeploymentRole}` },
    },
  ],
  'Release/ServingDeploymentRole': [
    {
      sentence: 'make a model with a network',
      action: 'sagemaker:CreateModel',
      resource: `${sagemaker}model/livemodel-one`,
      context: { 'sagemaker:NetworkIsolation': 'false' },
    },
    {
      sentence: 'give the model another role',
      action: 'iam:PassRole',
      resource: `${iam}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    { sentence: 'change a role', action: 'iam:PutRolePolicy', resource: `${iam}{Serving/ModelRole}` },
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
      sentence: 'say that another artifact was meant while it approves',
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
    { sentence: 'say itself which model is live', action: 'ssm:PutParameter', resource: parameter },
  ],
  'Release/SmokeTestFunctionRole': [
    { sentence: 'ask another endpoint', action: 'sagemaker:InvokeEndpoint', resource: `${sagemaker}endpoint/another` },
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
      sentence: 'repair the artifact that it compares',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'write an evaluation that fits',
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
  'Monitoring/IdleEndpointWatchRole': [
    {
      sentence: "take the endpoint down: that is a person's decision",
      action: 'sagemaker:DeleteEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'ask the endpoint, and so keep it busy',
      action: 'sagemaker:InvokeEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'publish into what other alarms watch',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Monitoring' },
    },
  ],
  'Monitoring/DriftAnalysisAnalyzerRole': [
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'move the baseline that it measures against',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/baseline/constraints.json`,
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisHourlyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${states}mla-blueprint-release` },
    {
      sentence: 'stop an analysis',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-monitoring:one',
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisSelectCapturesRole': [
    {
      sentence: 'delete captured requests',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'read training data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
  ],
  'Monitoring/DriftAnalysisPublisherFunctionRole': [
    {
      sentence: 'publish metrics in the name of the ingest',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' },
    },
    {
      sentence: 'silence the drift alarm',
      action: 'cloudwatch:DisableAlarmActions',
      resource: 'arn:aws:cloudwatch:{region}:{account}:alarm:{Monitoring/AlarmsDrift}',
    },
    {
      sentence: 'read what was asked of the endpoint',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
  ],
  'Monitoring/GroundTruthWriterRole': [
    {
      sentence: 'change the captures that its labels are matched with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'read what was asked of the endpoint',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change the outcomes that it copies',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read files that were not evaluated yet',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
  ],
  'Monitoring/ModelQualityAnalyzerRole': [
    {
      sentence: 'write the labels that it evaluates with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/ground-truth/2013/09/03/14/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'replace the model that it explains',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'loosen the constraints that it evaluates with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/baseline/quality/constraints.json`,
    },
  ],
  'Monitoring/ModelQualityPublisherRole': [
    {
      sentence: 'publish metrics in the name of the ingest',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' },
    },
    {
      sentence: 'silence an alarm about quality',
      action: 'cloudwatch:DisableAlarmActions',
      resource: 'arn:aws:cloudwatch:{region}:{account}:alarm:{Monitoring/ModelQualityAlarmsModelQuality}',
    },
    {
      sentence: 'read what was asked of the endpoint',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
  ],
  'Monitoring/ModelQualityStateMachineRole': [
    {
      sentence: 'read what it only looks for',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: "run its job with the pipeline's role",
      action: 'iam:PassRole',
      resource: `${iam}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'reject the model that it evaluates',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Rejected' },
    },
  ],
  'Monitoring/ModelQualityDailyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${states}mla-blueprint-release` },
    {
      sentence: 'stop a model quality run',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-model-quality:one',
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/AutomaticRetrainingStartRetrainingRole': [
    {
      sentence: 'approve what it has trained',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: 'change or delete a recorded decision',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/retraining/decisions/one.json`,
    },
    {
      sentence: 'read the rows that it counts in one answer with the key outside S3',
      action: 'kms:Decrypt',
      resource: `${key}{Foundation/KeysData}`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'start another pipeline',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/another`,
    },
    {
      sentence: 'change the pipeline that it starts',
      action: 'sagemaker:UpdatePipeline',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisStateMachineRole': [
    {
      sentence: 'start a retraining around the alarm',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
    {
      sentence: "run its job with the pipeline's role",
      action: 'iam:PassRole',
      resource: `${iam}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'call the function that starts retrainings',
      action: 'lambda:InvokeFunction',
      resource: `${lambda}{Monitoring/AutomaticRetrainingStartRetrainingFunction}`,
    },
  ],
};
