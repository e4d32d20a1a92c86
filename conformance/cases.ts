import type { Case, Client } from './case';

const of = (client: Client, all: Readonly<Record<string, string>>): Case[] =>
  Object.entries(all).map(([id, what]) => ({ id, client, what }));

/** In the order in which they run: some use what an earlier one of the same client has made. */
export const cases: readonly Case[] = [
  ...of('javascript', {
    'js-denial': "a denied call has IAM's message",
    'js-explicit-deny': "a bucket policy's explicit deny is named",
    'js-condition': 'a condition of a policy decides',
    'js-key': 'an encrypted object also needs kms:Decrypt',
    'js-pass-role': 'iam:PassRole is needed for a job',
    'js-wrong-secret': 'a wrong secret key is refused',
    'js-event': "a rule delivers a training job's event to SQS",
    'js-endpoint': 'an endpoint answers with predictions',
    'js-canary': 'a canary update loses no request',
    'js-rollback': 'an alarm rolls an update back',
    'js-stack': 'CloudFormation creates and deletes a stack',
    'js-change-set': 'a change set tells what it adds',
    'js-failed-stack': 'a failed creation is rolled back',
    'js-state-machine': 'a state machine runs',
    'js-state-machine-role': "a state machine's role is enforced",
    'js-function': 'a function runs',
  }),
  ...of('cli', {
    'cli-identity': 'sts get-caller-identity',
    'cli-sync': 's3 sync',
    'cli-pages': 's3api list-objects-v2 --page-size',
    'cli-jobs': 'sagemaker list-training-jobs --query',
    'cli-wait': 'cloudformation deploy, then delete and wait',
    'cli-error': 'an error and its exit code',
    'cli-logs': 'logs tail',
    'cli-metrics': 'cloudwatch list-metrics',
    'cli-sync-execution': 'stepfunctions start-sync-execution',
    'cli-notebooks': 'sagemaker list-notebook-instances',
  }),
  ...of('boto3', {
    'boto3-training': 'a built-in algorithm trains, with a waiter',
    'boto3-job-log': "a job's log in CloudWatch Logs",
    'boto3-batch-transform': 'batch transform',
    'boto3-processing': 'a processing job runs a script',
    'boto3-job-role': "a job's role is enforced",
    'boto3-multipart': 'a multipart upload',
    'boto3-presigned': 'presigned PUT and GET',
    'boto3-tampered-url': 'a changed presigned URL is refused',
    'boto3-paginator': 'a paginator',
  }),
  ...of('sagemaker-2', {
    'sdk2-built-in': 'built-in XGBoost: fit, deploy, predict',
    'sdk2-script': 'XGBoost(entry_point): fit, deploy, predict',
    'sdk2-logs': 'fit shows the log',
    'sdk2-scikit-learn': 'SKLearn(entry_point).fit',
    'sdk2-processing': 'ScriptProcessor.run',
    'sdk2-tuning': 'HyperparameterTuner.fit',
    'sdk2-transform': 'transformer.transform',
    'sdk2-pipeline': 'a pipeline: process, train, check, register',
  }),
  ...of('sagemaker-3', {
    'sdk3-script': 'ModelTrainer(source_code).train',
    'sdk3-built-in': 'ModelTrainer with a built-in algorithm',
    'sdk3-resources': 'resources: list, get, create, delete',
    'sdk3-feature-store': 'a feature group',
  }),
];
