/**
 * Parts of policies that no call of the story needs, or that no line of the access matrix shows, and that AWS needs
 * nevertheless. Each entry gives the reason and the page that states it. An entry that matches nothing any more is an
 * error: it could hide a later change that nothing notices.
 */
export interface Kept {
  readonly trial: 'shrink' | 'widen';
  /** Matches a change as the proof prints it; * is any text. */
  readonly change: string;
  readonly reason: string;
  /** Title of AWS's documentation page, or the file here that shows it. */
  readonly page: string;
}

export const kept: readonly Kept[] = [
  {
    trial: 'shrink',
    change: '*WriteResults: without action s3:AbortMultipartUpload',
    reason:
      'SageMaker uploads large results in parts and aborts an upload that fails. Parts that remain are billed, and no listing of objects shows them. No upload fails in the rehearsal.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    change: '*WriteCapturesAndPredictions: without action s3:AbortMultipartUpload',
    reason: 'As for training: captures and batch predictions are uploaded in parts, too.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    change: '*WriteMonitoringResults: without action s3:AbortMultipartUpload',
    reason: 'As for training.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    change: '*OwnBucketsOnly: without action s3:AbortMultipartUpload',
    reason: 'The VPC endpoint that these requests go through.',
    page: 'Amazon S3 User Guide: Uploading and copying objects using multipart upload, permissions',
  },
  {
    trial: 'shrink',
    change: 'key/<Foundation/KeysOperations*> AllowCloudWatchLogsEncryption: without action kms:ReEncrypt*',
    reason: "CloudWatch Logs re-encrypts when a log group gets another key; the page's policy has it.",
    page: 'Amazon CloudWatch Logs User Guide: Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  },
  {
    trial: 'shrink',
    change: 'key/<Foundation/KeysOperations*> AllowCloudWatchLogsEncryption: without action kms:DescribeKey',
    reason: "CloudWatch Logs reads the key's description before it uses the key; the page's policy has it.",
    page: 'Amazon CloudWatch Logs User Guide: Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  },
  {
    trial: 'shrink',
    change: 'key/<Foundation/KeysOperations*> AllowEventAndAlarmEncryption: without principal events.amazonaws.com',
    reason:
      'EventBridge sends an event that a target refuses to an encrypted queue. In the story every target accepts its events.',
    page: 'Amazon EventBridge User Guide: Using dead-letter queues to process undelivered events',
  },
  {
    trial: 'shrink',
    change: 'key/<Foundation/KeysOperations*> AllowCostNotificationEncryption: *',
    reason:
      'AWS Budgets and Cost Anomaly Detection publish to an encrypted topic. The rehearsal costs nothing, so neither publishes.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for budget notifications; Creating an Amazon SNS topic for anomaly notifications',
  },
  {
    trial: 'shrink',
    change: '<Serving/NotificationsTopic*> AllowAwsServicesToPublish: without principal costalerts.amazonaws.com',
    reason: 'As above.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for anomaly notifications',
  },
  {
    trial: 'shrink',
    change: '<Serving/NotificationsTopic*> AllowAwsServicesToPublish: without principal budgets.amazonaws.com',
    reason: 'As for the key.',
    page: 'AWS Cost Management User Guide: Creating an Amazon SNS topic for budget notifications',
  },
  {
    trial: 'shrink',
    change: '<*DeadLettersQueue*> #?: left out',
    reason:
      "An event that a rule's target refuses goes to the queue, from that rule only. In the story every target accepts its events.",
    page: 'Amazon EventBridge User Guide: Using dead-letter queues to process undelivered events',
  },
  {
    trial: 'shrink',
    change: '<DataLake/AuditBucket*> #3: without *',
    reason:
      'The deletion of the stack removes the objects that the trail wrote. The trail of the rehearsal writes none.',
    page: 'AWS CDK API reference: aws-s3, Bucket deletion',
  },
  {
    trial: 'shrink',
    change: '<DataLake/AccessLogs*> #2: without *',
    reason: 'The deletion of the stack removes the access logs that S3 wrote. The rehearsal writes none.',
    page: 'AWS CDK API reference: aws-s3, Bucket deletion',
  },
  {
    trial: 'shrink',
    change: '<DataLake/AccessLogs*> #?: left out',
    reason:
      'S3 delivers the access logs of each bucket within some hours, from that bucket only. The rehearsal delivers none.',
    page: 'Amazon S3 User Guide: Enabling Amazon S3 server access logging',
  },
  {
    trial: 'shrink',
    change: 'role/<Training/PipelineRole*> CreateModelPackage: without resource *:model-package-group/*',
    reason:
      'A version is created in its group, and denials of CreateModelPackage name the group, while the Service Authorization Reference lists only the package.',
    page: 'Amazon SageMaker AI Developer Guide: Register a Model Version',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> *: without resource *Live*',
    reason:
      'CloudFormation generates the name from the logical id. AWS does not document whether IAM compares it with or without regard to case.',
    page: 'AWS CloudFormation User Guide: AWS::SageMaker::Model, ModelName',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> ManageEndpoint: without action sagemaker:DeleteEndpoint',
    reason: "If a first release fails, CloudFormation deletes what it created. The story's first release succeeds.",
    page: 'AWS CloudFormation User Guide: Choose how to handle failures when provisioning resources',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> ScaleEndpoint: without action application-autoscaling:De*',
    reason: 'As for the endpoint: a failed first release also deregisters its scaling target.',
    page: 'AWS CloudFormation User Guide: Choose how to handle failures when provisioning resources',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> TagServingResources: without action sagemaker:ListTags',
    reason:
      "CloudFormation's handler reads the resource after creating it, with its tags. The local account's does not.",
    page: 'AWS CloudFormation registry: schema of AWS::SageMaker::Endpoint, handlers',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> ScaleEndpoint: without action application-autoscaling:*Tag*',
    reason: "CloudFormation's handler reads and writes the target's tags. The local account's does not.",
    page: 'AWS CloudFormation registry: schema of AWS::ApplicationAutoScaling::ScalableTarget, handlers',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> DescribeScaling: *',
    reason: "CloudFormation's handlers read target and policy after creating them. The local account's do not.",
    page: 'AWS CloudFormation registry: schemas of AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy, handlers',
  },
  {
    trial: 'shrink',
    change: 'role/<Release/ServingDeploymentRole*> CreateScalingServiceLinkedRole: left out',
    reason:
      'The first scalable endpoint of an account creates the service-linked role. The local account has it from the start.',
    page: 'Application Auto Scaling User Guide: Service-linked roles for Application Auto Scaling',
  },
  {
    trial: 'shrink',
    change: 'role/<*> EncryptDeadLetters: *',
    reason:
      'Key of the queue for events that a function failed to process three times. The checkpoint dead-letter shows this for the ingest function, which is built in the same way.',
    page: 'AWS Lambda Developer Guide: Capturing records of Lambda asynchronous invocations, adding a dead-letter queue',
  },
  {
    trial: 'shrink',
    change:
      'role/<Monitoring/ModelQualityStateMachineRole*> DescribeAndStopModelQualityJob: without action sagemaker:StopProcessingJob',
    reason:
      'Stopping the execution stops its job. The story does this with the drift analysis, which is built in the same way (checkpoint abort).',
    page: 'AWS Step Functions Developer Guide: IAM policies for calling SageMaker AI, CreateProcessingJob.sync',
  },
  ...['challenger-model-package', 'endpoint-state'].flatMap((parameter): Kept[] =>
    ['CreateParameters', 'TagAndDeleteParameters'].map((statement) => ({
      trial: 'shrink',
      change: `role/<Training/StateFunctionRole*> ${statement}: without resource *${parameter}`,
      reason: 'Other configurations have this parameter. A deployment that removes it deletes it with this role.',
      page: 'test/lib/reconfiguration.test.ts',
    })),
  ),
  {
    trial: 'shrink',
    change: 'role/<Training/StateFunctionRole*> TagAndDeleteParameters: without action ssm:RemoveTagsFromResource',
    reason: 'A later deployment may remove a tag from the parameter. The story deploys once.',
    page: 'test/lambda/keep-parameter.test.ts',
  },
  {
    trial: 'shrink',
    change: 'role/<Serving/BatchScoringStageInputRole*> ListInput: without s3:prefix batch/input/*',
    reason:
      'S3 returns NoSuchKey only to callers with s3:ListBucket, others get AccessDenied. A file may be deleted before it is staged; in the story none is.',
    page: 'Amazon S3 API Reference: GetObject, Permissions',
  },
  {
    trial: 'shrink',
    change: 'role/<Monitoring/ModelQualityAnalyzerRole*> ListCaptures: without s3:prefix *',
    reason:
      "AWS's policy for processing jobs has s3:ListBucket for every kind of input. The rehearsal reads only the objects that a manifest names.",
    page: 'Amazon SageMaker AI Developer Guide: How to use SageMaker AI execution roles, CreateProcessingJob',
  },
  ...['JobRole', 'QualityRole', 'StateMachineRole'].map((role) => ({
    trial: 'shrink' as const,
    change: `role/<DataLake/TrainingSet${role}*`,
    reason:
      'The story of the whole workflow builds no training set with Spark; the story transformation does, with these policies enforced.',
    page: 'rehearsal/story/checkpoints/transformation.ts',
  })),
];
