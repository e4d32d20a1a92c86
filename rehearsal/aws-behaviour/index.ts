import { applicationAutoScaling } from './application-auto-scaling';
import { builds } from './builds';
import { cloudformation } from './cloudformation';
import { cloudtrail } from './cloudtrail';
import { cloudwatch } from './cloudwatch';
import { cost } from './cost';
import { ec2 } from './ec2';
import { features } from './features';
import { glue } from './glue';
import { glueAthena } from './glue-athena';
import type { Handling } from './handling';
import { iam } from './iam';
import { kms } from './kms';
import { lambda } from './lambda';
import { logs } from './logs';
import { messaging } from './messaging';
import { s3 } from './s3';
import { sagemakerContainers } from './sagemaker-containers';
import { sagemakerHosting } from './sagemaker-hosting';
import { sagemakerJobs } from './sagemaker-jobs';
import { sagemakerMonitoring } from './sagemaker-monitoring';
import { sagemakerPipelines } from './sagemaker-pipelines';
import { sagemakerRegistry } from './sagemaker-registry';
import { ssm } from './ssm';
import { stepFunctions } from './step-functions';

/** How this project handles AWS's behavior, entry by entry of local-account/aws-behaviour. */
export const handlings: readonly Handling[] = [
  ...applicationAutoScaling,
  ...builds,
  ...cloudformation,
  ...cloudtrail,
  ...cloudwatch,
  ...cost,
  ...ec2,
  ...features,
  ...glue,
  ...glueAthena,
  ...iam,
  ...kms,
  ...lambda,
  ...logs,
  ...messaging,
  ...s3,
  ...sagemakerContainers,
  ...sagemakerHosting,
  ...sagemakerJobs,
  ...sagemakerMonitoring,
  ...sagemakerPipelines,
  ...sagemakerRegistry,
  ...ssm,
  ...stepFunctions,
];
