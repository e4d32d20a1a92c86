import { budgets, ec2, iam, serviceQuotas, ssm, sts } from './account';
import { athena, ecr, glue } from './data';
import { dynamodb } from './dynamodb';
import { featureStoreRuntime } from './feature-store';
import { applicationAutoscaling, sagemakerRuntime } from './inference';
import { kms } from './kms';
import { sns, sqs } from './messaging';
import { cloudtrail, cloudwatch, logs } from './observability';
import { cloudControl, cloudformation, events, lambda, scheduler, states } from './orchestration';
import type { ServiceCalls } from './rows';
import { s3 } from './s3';
import { sagemaker } from './sagemaker';
import { firehose, kinesis } from './streams';

/**
 * The call table: what each operation of each service needs. It is a table and not a guess from names, because that is
 * what makes a policy right or wrong: HeadBucket is s3:ListBucket, and a put into an encrypted bucket is two
 * permissions.
 */
export const CALL_TABLE: Readonly<Record<string, ServiceCalls>> = {
  'application-autoscaling': applicationAutoscaling,
  athena,
  budgets,
  cloudcontrolapi: cloudControl,
  cloudformation,
  cloudtrail,
  cloudwatch,
  dynamodb,
  ec2,
  ecr,
  events,
  firehose,
  glue,
  iam,
  kinesis,
  kms,
  lambda,
  logs,
  s3,
  sagemaker,
  'sagemaker-featurestore-runtime': featureStoreRuntime,
  'sagemaker-runtime': sagemakerRuntime,
  scheduler,
  'service-quotas': serviceQuotas,
  sns,
  sqs,
  ssm,
  states,
  sts,
};

export type { Call, Row, ServiceCalls } from './rows';
