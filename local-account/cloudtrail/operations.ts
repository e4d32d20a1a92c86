import type { AnsweredCall } from '../platform';

/**
 * What a call is to CloudTrail: its event's category, and the resource type of a data event. `undefined`: it is not
 * recorded at all.
 */
export interface Kind {
  readonly readOnly: boolean;
  /** Set for data events ("Logging data events"): which a trail records only when its selectors say so. */
  readonly dataType?: string;
}

const objectOperations =
  /^(GetObject|HeadObject|PutObject|DeleteObjects?|CopyObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload|AbortMultipartUpload|ListParts|ListObjects|ListObjectVersions|RestoreObject|SelectObjectContent)/;

/** Data events by service, from the table of "Logging data events" (CloudTrail User Guide). */
const dataOperations: Readonly<Record<string, { readonly type: string; readonly operations: RegExp }>> = {
  s3: { type: 'AWS::S3::Object', operations: objectOperations },
  lambda: { type: 'AWS::Lambda::Function', operations: /^Invoke/ },
  'sagemaker-runtime': { type: 'AWS::SageMaker::Endpoint', operations: /^Invoke/ },
  'sagemaker-featurestore-runtime': { type: 'AWS::SageMaker::FeatureGroup', operations: /Record/ },
  kinesis: {
    type: 'AWS::Kinesis::Stream',
    operations: /^(GetRecords|GetShardIterator|PutRecords?)$/,
  },
  dynamodb: {
    type: 'AWS::DynamoDB::Table',
    operations: /^(Batch(Get|Write)Item|(Delete|Get|Put|Update)Item|Query|Scan)$/,
  },
  sns: { type: 'AWS::SNS::Topic', operations: /^Publish/ },
  sqs: { type: 'AWS::SQS::Queue', operations: /Message/ },
  cloudwatch: { type: 'AWS::CloudWatch::Metric', operations: /^(PutMetricData|GetMetric|ListMetrics)/ },
};

/** What the services' own pages do not name among the calls that CloudTrail records. */
const unrecorded: Readonly<Record<string, RegExp>> = {
  logs: /^(PutLogEvents|GetLogEvents|FilterLogEvents)$/,
  events: /^PutEvents$/,
  firehose: /^PutRecord/,
};

/**
 * Calls that change nothing although their names do not begin like those of reads ("AWS KMS cryptographic operations",
 * "AssumeRole").
 */
const reading: Readonly<Record<string, RegExp>> = {
  sts: /^AssumeRole/,
  kms: /^(Encrypt|Decrypt|ReEncrypt|GenerateDataKey|Sign|Verify)/,
  cloudformation: /^(ValidateTemplate|EstimateTemplateCost)$/,
  events: /^TestEventPattern$/,
};

export function kindOf({ service, operation }: Pick<AnsweredCall, 'service' | 'operation'>): Kind | undefined {
  if (unrecorded[service]?.test(operation)) return undefined;
  const readOnly =
    /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Select|Query|Scan)/.test(operation) ||
    reading[service]?.test(operation) === true;
  const data = dataOperations[service];
  return data?.operations.test(operation) ? { readOnly, dataType: data.type } : { readOnly };
}

const sources: Readonly<Record<string, string>> = {
  cloudwatch: 'monitoring',
  'application-autoscaling': 'autoscaling',
  'sagemaker-runtime': 'sagemaker',
  'sagemaker-featurestore-runtime': 'sagemaker',
  'service-quotas': 'servicequotas',
};

export function eventSource(service: string): string {
  return `${sources[service] ?? service}.amazonaws.com`;
}

/**
 * Lambda's events carry the API version in which an operation came ("Logging AWS Lambda API calls using AWS
 * CloudTrail").
 */
const lambdaNames: Readonly<Record<string, string>> = {
  AddPermission: 'AddPermission20150331v2',
  CreateFunction: 'CreateFunction20150331',
  DeleteFunction: 'DeleteFunction20150331',
  GetFunction: 'GetFunction20150331v2',
  GetFunctionConfiguration: 'GetFunctionConfiguration20150331v2',
  RemovePermission: 'RemovePermission20150331v2',
  TagResource: 'TagResource20170331v2',
  UpdateFunctionCode: 'UpdateFunctionCode20150331v2',
  UpdateFunctionConfiguration: 'UpdateFunctionConfiguration20150331v2',
};

export function eventName({ service, operation }: Pick<AnsweredCall, 'service' | 'operation'>): string {
  if (service === 's3' && operation === 'ListObjectsV2') return 'ListObjects';
  return service === 'lambda' ? (lambdaNames[operation] ?? operation) : operation;
}

/** Services of the whole account: their events belong to us-east-1 ("Global service events"). */
export function isGlobal(service: string): boolean {
  return ['iam', 'budgets', 'ce', 'organizations', 'route53', 'cloudfront'].includes(service);
}
