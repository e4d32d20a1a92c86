import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AddTagsCommand,
  DescribeHyperParameterTuningJobCommand,
  DescribeModelPackageCommand,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobResponse,
  ListPipelineParametersForExecutionCommand,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { requiredText } from '../environment/required';
import { Mlflow } from './mlflow';
import { channelUri, executionId, isWhole, type LogLine, trainingRecord, tuningRecord } from './records';

const sagemaker = new SageMakerClient({});
const logs = new CloudWatchLogsClient({});
const logGroupName = '/aws/sagemaker/TrainingJobs';

/** State changes of SageMaker's jobs and model packages, as EventBridge delivers them. */
export interface StateChange {
  readonly detail: {
    readonly TrainingJobName?: string;
    readonly HyperParameterTuningJobName?: string;
    readonly ModelPackageArn?: string;
  };
}

/**
 * Jobs have no network, so none of them can call MLflow. This function writes what SageMaker knows of a job when it has
 * ended: a run for each tuning job, and below it one for each trial. It writes everything again when an event comes
 * twice, and the run stays one.
 */
export async function handler({ detail }: StateChange): Promise<string> {
  const mlflow = connect();
  const experiment = await mlflow.experiment(requiredText('EXPERIMENT'));
  const { TrainingJobName, HyperParameterTuningJobName, ModelPackageArn } = detail;
  if (TrainingJobName !== undefined) return trackTraining(mlflow, experiment, TrainingJobName);
  if (HyperParameterTuningJobName !== undefined) return trackTuning(mlflow, experiment, HyperParameterTuningJobName);
  if (ModelPackageArn !== undefined) return tagVersion(mlflow, experiment, ModelPackageArn);
  throw new Error(`not an event of a job or a model package: ${JSON.stringify(detail)}`);
}

function connect(): Mlflow {
  const appArn = requiredText('MLFLOW_APP_ARN');
  const region = appArn.split(':')[3] ?? '';
  return new Mlflow({
    appArn,
    // The endpoint of AWS's MLflow plugin for apps: https://github.com/aws/sagemaker-mlflow
    endpoint: process.env.AWS_ENDPOINT_URL ?? `https://mlflow.sagemaker.${region}.app.aws`,
    signer: {
      region,
      accessKeyId: requiredText('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requiredText('AWS_SECRET_ACCESS_KEY'),
      sessionToken: process.env.AWS_SESSION_TOKEN,
    },
  });
}

async function trackTraining(mlflow: Mlflow, experiment: string, TrainingJobName: string): Promise<string> {
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
  const lines = await wholeLog(job);
  const tuningJob = job.TuningJobArn?.split('/').at(-1);
  const parent = tuningJob === undefined ? undefined : await trackTuning(mlflow, experiment, tuningJob);
  const dataVersion = await dataVersionOf(executionId(channelUri(job, 'train')));
  return mlflow.write(experiment, trainingRecord(job, { lines, parent, dataVersion }));
}

async function trackTuning(mlflow: Mlflow, experiment: string, HyperParameterTuningJobName: string): Promise<string> {
  const job = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
  return mlflow.write(experiment, tuningRecord(job));
}

/** Links a version with the run that trained it, in both directions. */
async function tagVersion(mlflow: Mlflow, experiment: string, ModelPackageName: string): Promise<string> {
  const { InferenceSpecification, ModelPackageArn, ModelPackageVersion } = await sagemaker.send(
    new DescribeModelPackageCommand({ ModelPackageName }),
  );
  const uri = InferenceSpecification?.Containers?.[0]?.ModelDataUrl ?? '';
  const job = /\/models\/([^/]+)\/output\//.exec(uri)?.[1];
  if (job === undefined) return `${ModelPackageName} was not trained by the pipeline: ${uri}`;
  // Its training may be tracked later than it is registered; then this event is late, too.
  const run =
    (await mlflow.find(experiment, { key: 'training_job', value: job })) ??
    (await trackTraining(mlflow, experiment, job));
  await mlflow.tag(run, 'model_version', String(ModelPackageVersion ?? ''));
  await sagemaker.send(
    new AddTagsCommand({ ResourceArn: ModelPackageArn, Tags: [{ Key: 'mlflow-run-id', Value: run }] }),
  );
  return run;
}

/** Waits some seconds for the end of a log. If that is not enough, Lambda calls again in a minute, and then in two. */
async function wholeLog(job: DescribeTrainingJobResponse): Promise<LogLine[]> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 1_000));
    const lines = await logLines(job.TrainingJobName ?? '');
    if (isWhole(job, lines)) return lines;
  }
  throw new Error(`the log of ${job.TrainingJobName} is not there yet`);
}

async function logLines(job: string): Promise<LogLine[]> {
  const { logStreams = [] } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${job}/algo-1-` }),
  );
  const lines: LogLine[] = [];
  for (const { logStreamName } of logStreams) {
    let token: string | undefined;
    for (;;) {
      const page = await logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken: token }),
      );
      for (const { message = '', timestamp = 0 } of page.events ?? []) lines.push({ text: message, at: timestamp });
      // CloudWatch Logs answers the last page with the token that it was asked with.
      if (page.nextForwardToken === undefined || page.nextForwardToken === token) break;
      token = page.nextForwardToken;
    }
  }
  return lines;
}

/** The execution that prepared the rows names the digest of its data. */
async function dataVersionOf(execution: string | undefined): Promise<string | undefined> {
  if (execution === undefined) return undefined;
  const { PipelineParameters = [] } = await sagemaker.send(
    new ListPipelineParametersForExecutionCommand({
      PipelineExecutionArn: `${requiredText('PIPELINE_ARN')}/execution/${execution}`,
    }),
  );
  return PipelineParameters.find(({ Name }) => Name === 'DataSnapshot')?.Value;
}
