import { type AuthorizationRequest, AwsError } from '../../platform';

/** One permission that a service needs for what it does by itself. */
export interface HopRow {
  readonly action: string;
  /** The resource types as the Service Authorization Reference names them; none for an action that takes none. */
  readonly types?: readonly string[];
  /** The context keys that the service sets; one that ends in * has a variable part. */
  readonly context?: readonly string[];
}

export interface Hop {
  /** Title of the documentation page that states the permissions. */
  readonly source: string;
  readonly rows: readonly HopRow[];
}

const names = (prefix: string, types: readonly string[], ...actions: string[]): HopRow[] =>
  actions.map((action) => ({ action: `${prefix}:${action}`, types: types.length > 0 ? types : undefined }));

const GRANT = ['kms:GrantIsForAWSResource', 'kms:ViaService', 'kms:CallerAccount'];

/** Actions of services that are no API call to the gateway ("hops"): the second half of the call table, by name. */
export const HOPS: Readonly<Record<string, Hop>> = {
  'cloudformation template': {
    source: 'CloudFormation API Reference, CreateStack: TemplateURL',
    rows: [{ action: 's3:GetObject', types: ['object'] }],
  },
  'cloudformation parameter': {
    source:
      'CloudFormation User Guide, Specify existing resources at runtime with CloudFormation-supplied parameter types',
    rows: [{ action: 'ssm:GetParameters', types: ['parameter'] }],
  },
  'scaling validation': {
    source:
      'AWS Application Auto Scaling User Guide, Permissions validation for Application Auto Scaling API calls on target resources; SageMaker guide, Auto scaling prerequisites',
    rows: [
      ...names('sagemaker', ['endpoint'], 'DescribeEndpoint', 'UpdateEndpointWeightsAndCapacities'),
      ...names('sagemaker', ['endpoint-config'], 'DescribeEndpointConfig'),
      ...names('cloudwatch', ['alarm'], 'PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms'),
    ],
  },
  'target of a deleted endpoint': {
    source: 'Amazon SageMaker AI Developer Guide, Delete endpoints configured for auto scaling',
    rows: [
      {
        action: 'application-autoscaling:DeregisterScalableTarget',
        types: ['ScalableTarget'],
        context: ['application-autoscaling:service-namespace', 'application-autoscaling:scalable-dimension'],
      },
    ],
  },
  'cloudformation output': {
    source: 'CloudFormation Template Reference Guide, Fn::GetStackOutput: RoleArn, and what stands for it',
    rows: [{ action: 'cloudformation:DescribeStacks', types: ['stack'] }],
  },
  'trail delivery': {
    source:
      'CloudTrail User Guide, Amazon S3 bucket policy for CloudTrail; Configure AWS KMS key policies for CloudTrail',
    rows: [
      { action: 's3:GetBucketAcl', types: ['bucket'] },
      {
        action: 's3:PutObject',
        types: ['object'],
        context: ['s3:x-amz-acl', 's3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id'],
      },
      { action: 'kms:DescribeKey', types: ['key'] },
      { action: 'kms:GenerateDataKey', types: ['key'], context: ['kms:EncryptionContext:*'] },
      { action: 'kms:Decrypt', types: ['key'] },
    ],
  },
  'trail log': {
    source:
      'CloudTrail User Guide, Sending events to CloudWatch Logs; Role policy document for CloudTrail to use CloudWatch Logs for monitoring',
    rows: names('logs', ['log-stream'], 'CreateLogStream', 'PutLogEvents'),
  },
  'flow log delivery': {
    source: 'Amazon VPC User Guide, IAM role for publishing flow logs to CloudWatch Logs',
    rows: [
      ...names('logs', ['log-group'], 'DescribeLogStreams'),
      ...names('logs', ['log-stream'], 'CreateLogStream', 'PutLogEvents'),
    ],
  },
  'image pull': {
    source:
      'Amazon SageMaker AI Developer Guide, How to use SageMaker AI execution roles: permissions of the execution role of each job',
    rows: [
      { action: 'ecr:GetAuthorizationToken' },
      ...names('ecr', ['repository'], 'BatchCheckLayerAvailability', 'GetDownloadUrlForLayer', 'BatchGetImage'),
    ],
  },
  'network interface': {
    source: 'Amazon SageMaker AI Developer Guide, How to use SageMaker AI execution roles: private VPC',
    rows: [
      ...names(
        'ec2',
        [],
        'DescribeDhcpOptions',
        'DescribeNetworkInterfaces',
        'DescribeSecurityGroups',
        'DescribeSubnets',
        'DescribeVpcs',
      ),
      {
        action: 'ec2:CreateNetworkInterface',
        types: ['subnet', 'security-group', 'network-interface'],
        context: ['ec2:SubnetID', 'ec2:Subnet'],
      },
      ...['CreateNetworkInterfacePermission', 'DeleteNetworkInterface', 'DeleteNetworkInterfacePermission'].map(
        (action) => ({
          action: `ec2:${action}`,
          types: ['network-interface'],
          context: ['ec2:Subnet'],
        }),
      ),
    ],
  },
  'network permission check': {
    source:
      'Amazon SageMaker AI Developer Guide, How to use SageMaker AI execution roles: CreateProcessingJob, private VPC',
    // On all interfaces at once.
    rows: [
      ...names(
        'ec2',
        [],
        'DescribeDhcpOptions',
        'DescribeNetworkInterfaces',
        'DescribeSecurityGroups',
        'DescribeSubnets',
        'DescribeVpcs',
      ),
      ...names(
        'ec2',
        ['network-interface'],
        'CreateNetworkInterface',
        'CreateNetworkInterfacePermission',
        'DeleteNetworkInterface',
        'DeleteNetworkInterfacePermission',
      ),
    ],
  },
  'package artifact': {
    source:
      'Amazon SageMaker AI API Reference, ModelPackageContainerDefinition: ModelDataUrl; the ledger, sagemaker-registry/reads-the-artifact-as-the-caller',
    rows: [{ action: 's3:GetObject', types: ['object'] }],
  },
  'pipeline tags': {
    source:
      'Amazon SageMaker AI Developer Guide, IAM Access Management (Pipelines); the ledger, sagemaker-pipelines/register-model-calls',
    rows: [{ action: 'sagemaker:AddTags', types: ['model-package'] }],
  },
  'volume grant': {
    source:
      'Amazon SageMaker AI API Reference, CreateEndpointConfig: KmsKeyId; AWS KMS Developer Guide, Grants in AWS KMS',
    rows: [{ action: 'kms:CreateGrant', types: ['key'], context: GRANT }],
  },
  'feature group key': {
    source:
      'Amazon SageMaker AI API Reference, OnlineStoreSecurityConfig: KmsKeyId; the ledger, sagemaker-feature-store/online-store-key',
    rows: [
      ...[
        'Encrypt',
        'Decrypt',
        'DescribeKey',
        'RetireGrant',
        'ReEncryptFrom',
        'ReEncryptTo',
        'GenerateDataKey',
        'ListGrants',
        'RevokeGrant',
      ].map((action) => ({
        action: `kms:${action}`,
        types: ['key'],
        context: ['kms:ViaService', 'kms:CallerAccount'],
      })),
      { action: 'kms:CreateGrant', types: ['key'], context: GRANT },
      { action: 'kms:ListAliases' },
    ],
  },
  'mlflow app': {
    source: 'AWS Service Authorization Reference, Actions, resources, and condition keys for Amazon SageMaker',
    rows: [
      {
        action: 'sagemaker:CallMlflowAppApi',
        types: ['mlflow-app'],
        context: ['aws:ResourceTag/*'],
      },
    ],
  },
  'feature store records': {
    source:
      'Amazon SageMaker AI API Reference, OnlineStoreSecurityConfig: KmsKeyId; the ledger, sagemaker-feature-store/online-store-key',
    rows: [{ action: 'kms:Decrypt', types: ['key'], context: ['kms:ViaService', 'kms:CallerAccount'] }],
  },
  'feature group table': {
    source:
      'CloudFormation resource schema, AWS::SageMaker::FeatureGroup: permissions of its handlers; the ledger, sagemaker-feature-store/glue-table',
    rows: [
      ...names('glue', ['rootcatalog', 'database'], 'GetDatabase', 'CreateDatabase'),
      ...names('glue', ['rootcatalog', 'database', 'table'], 'GetTable', 'CreateTable', 'UpdateTable'),
    ],
  },
  'offline store': {
    source: 'Amazon SageMaker AI Developer Guide, AWS managed policy: AmazonSageMakerFeatureStoreAccess',
    rows: [{ action: 's3:PutObjectAcl', types: ['object'] }],
  },
  'job log': {
    source:
      'Amazon SageMaker AI Developer Guide, How to use SageMaker AI execution roles: permissions of the execution role of each job',
    rows: [
      ...names('logs', ['log-group'], 'CreateLogGroup', 'DescribeLogStreams'),
      ...names('logs', ['log-stream'], 'CreateLogStream', 'PutLogEvents'),
    ],
  },
  'glue job log': {
    source:
      'AWS Managed Policy Reference Guide, AWSGlueServiceRole; AWS Glue User Guide, Encrypting data written by AWS Glue',
    rows: [
      ...names('logs', ['log-group'], 'CreateLogGroup', 'AssociateKmsKey'),
      ...names('logs', ['log-stream'], 'CreateLogStream', 'PutLogEvents'),
    ],
  },
  'glue job metrics': {
    source: 'AWS Managed Policy Reference Guide, AWSGlueServiceRole',
    rows: [{ action: 'cloudwatch:PutMetricData', context: ['cloudwatch:namespace'] }],
  },
  'glue data quality': {
    source: 'AWS Glue User Guide, Configure IAM permissions for AWS Glue Data Quality',
    rows: [
      ...names('glue', ['dataQualityRuleset'], 'PublishDataQuality'),
      { action: 'cloudwatch:PutMetricData', context: ['cloudwatch:namespace'] },
    ],
  },
  'instance metrics': {
    source:
      'Amazon SageMaker AI Developer Guide, How to use SageMaker AI execution roles: permissions of the execution role of each job',
    rows: [{ action: 'cloudwatch:PutMetricData', context: ['cloudwatch:namespace'] }],
  },
  'monitoring metrics': {
    source: 'Amazon SageMaker AI Developer Guide, CloudWatch metrics of Model Monitor (publish_cloudwatch_metrics)',
    rows: [{ action: 'cloudwatch:PutMetricData', context: ['cloudwatch:namespace'] }],
  },
  'stream encryption': {
    source: 'Amazon Kinesis Data Streams Developer Guide, Permissions to use user-generated KMS keys',
    rows: ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) => ({
      action,
      types: ['key'],
      context: [
        'kms:EncryptionContext:*',
        'kms:EncryptionContextKeys',
        'kms:ViaService',
        'kms:CallerAccount',
        'aws:ViaAWSService',
      ],
    })),
  },
  'function log': {
    source: 'AWS Lambda Developer Guide, Sending Lambda function logs to CloudWatch Logs',
    rows: names('logs', ['log-stream'], 'CreateLogStream', 'PutLogEvents'),
  },
  'function dead letters': {
    source: 'AWS Lambda Developer Guide, Adding a dead-letter queue; the ledger, lambda/checks-the-role-at-creation',
    rows: [...names('sqs', ['queue'], 'SendMessage'), ...names('sns', ['topic'], 'Publish')],
  },
  'event source': {
    source:
      'AWS Lambda Developer Guide, Process Amazon Kinesis Data Streams records with Lambda; the ledger, lambda/mappings-check-the-role',
    rows: [
      ...names('kinesis', ['stream'], 'GetRecords', 'GetShardIterator', 'DescribeStream', 'ListShards'),
      ...names('sqs', ['queue'], 'SendMessage'),
      ...names('sns', ['topic'], 'Publish'),
      ...names('s3', ['object'], 'PutObject'),
    ],
  },
  'firehose schema': {
    source: 'Amazon Data Firehose Developer Guide, Grant Firehose access to AWS Glue for data format conversion',
    rows: [{ action: 'glue:GetTableVersions', types: ['rootcatalog', 'database', 'table'] }],
  },
  'firehose error log': {
    source: 'Amazon Data Firehose Developer Guide, Grant Firehose access to an Amazon S3 destination',
    rows: names('logs', ['log-stream'], 'PutLogEvents'),
  },
  'managed rule': {
    source: 'AWS Step Functions Developer Guide, How Step Functions generates IAM policies for integrated services',
    rows: names('events', ['rule-on-default-event-bus'], 'PutTargets', 'PutRule', 'DescribeRule'),
  },
  'state machine observability': {
    source:
      'AWS Step Functions Developer Guide, Using CloudWatch Logs to log execution history; Trace Step Functions request data in AWS X-Ray',
    rows: [
      ...names(
        'logs',
        [],
        'CreateLogDelivery',
        'GetLogDelivery',
        'UpdateLogDelivery',
        'DeleteLogDelivery',
        'ListLogDeliveries',
        'PutResourcePolicy',
        'DescribeResourcePolicies',
        'DescribeLogGroups',
      ),
      ...names('xray', [], 'PutTraceSegments', 'PutTelemetryRecords', 'GetSamplingRules', 'GetSamplingTargets'),
    ],
  },
  delivery: {
    source:
      'Amazon EventBridge User Guide, Using resource-based policies for Amazon EventBridge; Amazon SNS and SQS Developer Guides, Key management',
    rows: [
      ...names('lambda', ['function'], 'InvokeFunction'),
      ...names('sns', ['topic'], 'Publish'),
      ...names('sqs', ['queue'], 'SendMessage'),
      { action: 'kms:GenerateDataKey', types: ['key'], context: ['kms:EncryptionContext:*'] },
      { action: 'kms:Decrypt', types: ['key'], context: ['kms:EncryptionContext:*'] },
    ],
  },
};

/**
 * Throws AccessDenied when the table has no row for this hop, or when the row lacks one of the request's context keys.
 */
export function requireRow(hop: string, { action, context = {} }: AuthorizationRequest): void {
  const row = Object.hasOwn(HOPS, hop) ? HOPS[hop].rows.find((one) => one.action === action) : undefined;
  if (!row) {
    throw missing(`${action} of "${hop}" is not in the local account's table of internal hops`);
  }
  const stray = Object.keys(context).find((key) => !row.context?.some((known) => keyMatches(known, key)));
  if (stray !== undefined) {
    throw missing(`the table of internal hops does not say that ${action} of "${hop}" has the context key ${stray}`);
  }
}

function keyMatches(known: string, key: string): boolean {
  return known.endsWith('*') ? key.startsWith(known.slice(0, -1)) : key === known;
}

function missing(what: string): AwsError {
  return new AwsError(
    'AccessDeniedException',
    `${what}, so it is denied. Add the row to local-account/gateway/calls/hops.ts.`,
    403,
  );
}
