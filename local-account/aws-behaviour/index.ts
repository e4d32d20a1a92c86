import { applicationAutoScaling } from './application-auto-scaling';
import type { Behaviour, Reading, ServiceLedger } from './behaviour';
import { builds } from './builds';
import { cloudformation } from './cloudformation';
import { cloudtrail } from './cloudtrail';
import { cloudwatch } from './cloudwatch';
import { cost } from './cost';
import { dynamodb } from './dynamodb';
import { ec2 } from './ec2';
import { events } from './events';
import { firehose } from './firehose';
import { glue } from './glue';
import { glueAthena } from './glue-athena';
import { iam } from './iam';
import { kinesis } from './kinesis';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { messaging } from './messaging';
import { s3 } from './s3';
import { sagemakerContainers } from './sagemaker-containers';
import { sagemakerFeatureStore } from './sagemaker-feature-store';
import { sagemakerHosting } from './sagemaker-hosting';
import { sagemakerJobs } from './sagemaker-jobs';
import { sagemakerMlflow } from './sagemaker-mlflow';
import { sagemakerMonitoring } from './sagemaker-monitoring';
import { sagemakerPipelines } from './sagemaker-pipelines';
import { sagemakerRegistry } from './sagemaker-registry';
import { ssm } from './ssm';
import { stepFunctions } from './step-functions';

/** The ledger of AWS's behavior: what AWS does beyond its API models, with source, place and test. */
export const ledgers: readonly ServiceLedger[] = [
  applicationAutoScaling,
  builds,
  cloudformation,
  cloudtrail,
  cloudwatch,
  cost,
  dynamodb,
  ec2,
  events,
  firehose,
  glue,
  glueAthena,
  iam,
  kinesis,
  kms,
  lambda,
  logs,
  messaging,
  s3,
  sagemakerContainers,
  sagemakerFeatureStore,
  sagemakerHosting,
  sagemakerJobs,
  sagemakerMlflow,
  sagemakerMonitoring,
  sagemakerPipelines,
  sagemakerRegistry,
  ssm,
  stepFunctions,
];

export const behaviours: readonly Behaviour[] = ledgers.flatMap((ledger) => ledger.behaviours);
export const readings: readonly Reading[] = ledgers.flatMap((ledger) => ledger.readings);
