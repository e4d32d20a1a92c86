/**
 * What no call of the story needs, or no row of the access matrix shows, and stays all the same. Each entry says why
 * AWS needs it and which page says so. An entry that meets no survivor any more is an error: it would hide the next
 * one.
 */
export interface Kept {
  readonly trial: 'shrink' | 'widen';
  /** Of a survivor as the proof prints it; * is any text. */
  readonly survivor: string;
  readonly reason: string;
  /** Title of AWS's documentation page, or the file here that shows it. */
  readonly page: string;
}

export const kept: readonly Kept[] = [
  {
    trial: 'shrink',
    survivor: '*WriteResults: without action s3:AbortMultipartUpload',
    reason:
      'SageMaker uploads large results in parts and ends an upload that fails; parts that stay are billed and seen by nobody. No upload fails here.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    survivor: '*WriteAnswers: without action s3:AbortMultipartUpload',
    reason: 'As for training: captures and batch answers are uploaded in parts, too.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    survivor: '*WriteFindings: without action s3:AbortMultipartUpload',
    reason: 'As for training.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    survivor: '*OwnBucketsOnly: without action s3:AbortMultipartUpload',
    reason: 'The way that those requests take.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    survivor: 'key/<Foundation/KeysOperations*> LogsEncrypt: without action kms:ReEncrypt*',
    reason: "CloudWatch Logs re-encrypts when a log group gets another key; the page's policy has it.",
    page: 'Amazon CloudWatch Logs User Guide: Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  },
  {
    trial: 'shrink',
    survivor: 'key/<Foundation/KeysOperations*> LogsEncrypt: without action kms:DescribeKey',
    reason: "CloudWatch Logs looks at the key before it takes it; the page's policy has it.",
    page: 'Amazon CloudWatch Logs User Guide: Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  },
  {
    trial: 'shrink',
    survivor: 'key/<Foundation/KeysOperations*> RulesAndAlarmsEncrypt: without principal events.amazonaws.com',
    reason:
      'EventBridge keeps what a target refuses in an encrypted queue. In the story every target takes its events.',
    page: 'Amazon EventBridge User Guide: Using dead-letter queues to process undelivered events',
  },
  {
    trial: 'shrink',
    survivor: 'key/<Foundation/KeysOperations*> CostNoticesEncrypt: *',
    reason: 'A budget and Cost Anomaly Detection tell by an encrypted topic of costs. The rehearsal costs nothing.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for budget notifications; Creating an Amazon SNS topic for anomaly notifications',
  },
  {
    trial: 'shrink',
    survivor: '<Serving/NotificationsTopic*> AlarmsAndBudgets: without principal costalerts.amazonaws.com',
    reason: 'As above.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for anomaly notifications',
  },
  {
    trial: 'shrink',
    survivor: '<Serving/NotificationsTopic*> AlarmsAndBudgets: without principal budgets.amazonaws.com',
    reason: 'As for the key.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for budget notifications',
  },
  {
    trial: 'shrink',
    survivor: '<*DeadLettersQueue*> #?: left out',
    reason:
      "What a rule's target refuses goes to the queue, from that rule only. In the story every target takes its events.",
    page: 'Amazon EventBridge User Guide: Using dead-letter queues to process undelivered events',
  },
  {
    trial: 'shrink',
    survivor: '<DataLake/AuditBucket*> #3: without *',
    reason: 'The trail writes objects that the deletion of the stack removes. The rehearsal records no trail.',
    page: 'AWS CDK API reference: aws-s3, Bucket deletion',
  },
  {
    trial: 'shrink',
    survivor: '<DataLake/AccessLogs*> #2: without *',
    reason: 'S3 writes access logs that the deletion of the stack removes. The rehearsal delivers none.',
    page: 'AWS CDK API reference: aws-s3, Bucket deletion',
  },
  {
    trial: 'shrink',
    survivor: '<DataLake/AccessLogs*> #?: left out',
    reason:
      "S3 delivers each bucket's access logs, from that bucket only, some hours later. The rehearsal delivers none.",
    page: 'Amazon S3 User Guide: Enabling Amazon S3 server access logging',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Training/PipelineRole*> ProposeModel: without resource *:model-package-group/*',
    reason:
      'A version is made in its group, and refusals of CreateModelPackage name the group; the authorization reference lists only the package.',
    page: 'Amazon SageMaker AI Developer Guide: Register a Model Version',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> *: without resource *Live*',
    reason:
      'CloudFormation generates the name around the logical id; whether IAM compares it with capitals or in lower case is documented nowhere.',
    page: 'AWS CloudFormation User Guide: AWS::SageMaker::Model, ModelName',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> ChangeEndpoint: without action sagemaker:DeleteEndpoint',
    reason:
      "A first release that fails is rolled back: CloudFormation deletes what it made. The story's first release succeeds.",
    page: 'AWS CloudFormation User Guide: Choose how to handle failures when provisioning resources',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> ScaleEndpoint: without action application-autoscaling:De*',
    reason: 'As for the endpoint: scaling that was registered in a failed first release goes with it.',
    page: 'AWS CloudFormation User Guide: Choose how to handle failures when provisioning resources',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> KeepTags: without action sagemaker:ListTags',
    reason: "CloudFormation's handler reads the resource after it made it, tags included. The rehearsal's does not.",
    page: 'AWS CloudFormation registry: schema of AWS::SageMaker::Endpoint, handlers',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> ScaleEndpoint: without action application-autoscaling:*Tag*',
    reason: "CloudFormation's handler reads and writes the target's tags. The rehearsal's does not.",
    page: 'AWS CloudFormation registry: schema of AWS::ApplicationAutoScaling::ScalableTarget, handlers',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> LookAtScaling: *',
    reason: "CloudFormation's handlers read target and policy after they made them. The rehearsal's do not.",
    page: 'AWS CloudFormation registry: schemas of AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy, handlers',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Release/ServingDeploymentRole*> FirstScalableEndpointOfTheAccount: left out',
    reason: "The first scalable endpoint of an account makes the service-linked role. The rehearsal's account has it.",
    page: 'Application Auto Scaling User Guide: Service-linked roles for Application Auto Scaling',
  },
  {
    trial: 'shrink',
    survivor: 'role/<*> EncryptWhatFailed: *',
    reason:
      'The key of the queue that keeps an event which a function refused three times; the checkpoint dead-letter goes this way for the ingest, whose function is built alike.',
    page: 'AWS Lambda Developer Guide: Capturing records of Lambda asynchronous invocations, adding a dead-letter queue',
  },
  {
    trial: 'shrink',
    survivor:
      'role/<Monitoring/ModelQualityMachineRole*> FollowModelQuality: without action sagemaker:StopProcessingJob',
    reason:
      'Stopping the execution stops its job. The story stops the drift analysis so, which is built alike (checkpoint abort).',
    page: 'AWS Step Functions Developer Guide: IAM policies for calling SageMaker AI, CreateProcessingJob.sync',
  },
  ...['challenger-model-package', 'endpoint-state'].flatMap((parameter): Kept[] =>
    ['CreateOnce', 'TagAndDelete'].map((statement) => ({
      trial: 'shrink',
      survivor: `role/<Training/StateFunctionRole*> ${statement}: without resource *${parameter}`,
      reason: 'Other configurations have this parameter, and a deployment that takes it out deletes it by this role.',
      page: 'test/lib/reconfiguration.test.ts',
    })),
  ),
  {
    trial: 'shrink',
    survivor: 'role/<Training/StateFunctionRole*> TagAndDelete: without action ssm:RemoveTagsFromResource',
    reason: 'A tag that a later deployment takes out is removed from the parameter. The story deploys once.',
    page: 'test/lambda/keep-parameter.test.ts',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Serving/BatchScoringStageInputRole*> ListInput: without s3:prefix batch/input/*',
    reason:
      'S3 answers "there is no such key" only to whoever may list, and a file may be gone before it is staged. In the story it never is.',
    page: 'Amazon S3 API Reference: GetObject, Permissions',
  },
  {
    trial: 'shrink',
    survivor: 'role/<Monitoring/ModelQualityAnalyzerRole*> ListCaptures: without s3:prefix *',
    reason:
      "AWS's policy for processing jobs has s3:ListBucket, and says of no kind of input that it goes without. The rehearsal reads what a manifest names.",
    page: 'Amazon SageMaker AI Developer Guide: How to use SageMaker AI execution roles, CreateProcessingJob',
  },
];
