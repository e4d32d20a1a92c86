import type { Credentials, Platform } from '../../platform';
import type { ServiceModels } from '../../service-model';
import { callService } from './sdk';

/** Who runs a task: the state machine, with its role. */
export interface TaskRunner {
  readonly platform: Platform;
  readonly models: ServiceModels;
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly signal: AbortSignal;
}

type Parameters = Readonly<Record<string, unknown>>;

/** Jobs that `.sync` waits for: how to look, and what the end looks like ("Run a Job (.sync)"). */
const jobs: Readonly<
  Record<
    string,
    {
      readonly describe: string;
      readonly stop: string;
      readonly name: string;
      readonly status: string;
      readonly rule: string;
    }
  >
> = {
  createProcessingJob: {
    describe: 'describeProcessingJob',
    stop: 'stopProcessingJob',
    name: 'ProcessingJobName',
    status: 'ProcessingJobStatus',
    rule: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule',
  },
  createTrainingJob: {
    describe: 'describeTrainingJob',
    stop: 'stopTrainingJob',
    name: 'TrainingJobName',
    status: 'TrainingJobStatus',
    rule: 'StepFunctionsGetEventsForSageMakerTrainingJobsRule',
  },
  createTransformJob: {
    describe: 'describeTransformJob',
    stop: 'stopTransformJob',
    name: 'TransformJobName',
    status: 'TransformJobStatus',
    rule: 'StepFunctionsGetEventsForSageMakerTransformJobsRule',
  },
};

/** Runs a Task state's resource. Throws errors under the names that Step Functions gives them. */
export async function runTask(runner: TaskRunner, resource: string, parameters: Parameters): Promise<unknown> {
  const match = /^arn:[a-z-]+:states:::(aws-sdk:)?([a-z0-9-]+):([A-Za-z0-9]+)(\.sync(?::2)?)?$/.exec(resource);
  if (!match) throw new Error(`Task resource ${resource} is not supported by the local account`);
  const [, sdk, service = '', action = '', sync] = match;
  const { platform } = runner;
  const credentials = await platform.assumeRole(
    'states.amazonaws.com',
    runner.roleArn,
    'states',
    runner.stateMachineArn,
  );
  if (!sdk && service === 'lambda') return invoke(runner, credentials, parameters);
  if (sync) return runJob(runner, credentials, service, action, parameters);
  const serviceName = !sdk && service === 'states' ? 'sfn' : service;
  return callService(
    runner,
    credentials,
    { service: serviceName, action, optimized: !sdk },
    textMembers(service, sdk, parameters),
  );
}

/** Optimized integrations turn structured messages into text. */
function textMembers(service: string, sdk: string | undefined, parameters: Parameters): Parameters {
  const member = { sns: 'Message', sqs: 'MessageBody' }[service];
  if (sdk || !member || typeof parameters[member] === 'string') return parameters;
  return { ...parameters, [member]: JSON.stringify(parameters[member]) };
}

async function invoke(runner: TaskRunner, credentials: Credentials, parameters: Parameters): Promise<unknown> {
  const { Payload, ...rest } = parameters;
  const input = { ...rest, Payload: Buffer.from(JSON.stringify(Payload ?? {})) };
  const answer = await callService(
    runner,
    credentials,
    { service: 'lambda', action: 'invoke', optimized: true },
    input,
  );
  const result =
    answer.Payload === undefined
      ? null
      : (JSON.parse(bytes(answer.Payload)) as { errorType?: string; errorMessage?: string });
  if (answer.FunctionError) {
    const failure = new Error(JSON.stringify(result));
    failure.name = result?.errorType ?? 'Lambda.Unknown';
    throw failure;
  }
  return { ExecutedVersion: answer.ExecutedVersion, Payload: result, StatusCode: answer.StatusCode };
}

/** The SDK gives a payload as bytes, which JSON writes as an object of numbers. */
function bytes(payload: unknown): string {
  return typeof payload === 'string'
    ? payload
    : Buffer.from(Object.values(payload as Record<string, number>)).toString('utf8');
}

async function runJob(
  runner: TaskRunner,
  credentials: Credentials,
  service: string,
  action: string,
  parameters: Parameters,
): Promise<unknown> {
  if (service === 'glue' && action === 'startJobRun') return runGlueJob(runner, credentials, parameters);
  const job = jobs[action];
  if (service !== 'sagemaker' || !job)
    throw new Error(`arn:aws:states:::${service}:${action}.sync is not supported by the local account`);
  const { platform, signal } = runner;
  authorizeManagedRule(platform, runner.roleArn, job.rule);
  const call = (name: string, input: Parameters) =>
    callService(runner, credentials, { service, action: name, optimized: true }, input);
  // AWS: step-functions/sync-jobs-are-tagged
  const tagged = {
    ...parameters,
    Tags: [
      ...((parameters.Tags as readonly object[] | undefined) ?? []),
      { Key: 'MANAGED_BY_AWS', Value: 'STARTED_BY_STEP_FUNCTIONS' },
    ],
  };
  const [ResourceArn] = Object.values(await call(action, tagged));
  await call('listTags', { ResourceArn });
  const target = { [job.name]: parameters[job.name] };
  try {
    for (;;) {
      const description = await call(job.describe, target);
      const status = String(description[job.status]);
      if (status === 'Completed') return description;
      if (status === 'Failed' || status === 'Stopped') {
        const failure = new Error(JSON.stringify(description));
        failure.name = 'States.TaskFailed';
        throw failure;
      }
      await platform.clock.sleep(5_000, signal);
    }
  } catch (error) {
    if (signal.aborted) await call(job.stop, target).catch(() => undefined);
    throw error;
  }
}

/**
 * Step Functions asks Glue again and again; it makes no rule ("Start an AWS Glue job with Step Functions": GetJobRun,
 * GetJobRuns, BatchStopJobRun).
 */
// AWS: step-functions/glue-jobs-are-polled
async function runGlueJob(runner: TaskRunner, credentials: Credentials, parameters: Parameters): Promise<unknown> {
  const { platform, signal } = runner;
  const { JobName } = parameters;
  const call = (action: string, input: Parameters) =>
    callService(runner, credentials, { service: 'glue', action, optimized: true }, input);
  const { JobRunId } = await call('startJobRun', parameters);
  try {
    for (;;) {
      const { JobRun } = (await call('getJobRun', { JobName, RunId: JobRunId })) as { JobRun: Parameters };
      if (JobRun.JobRunState === 'SUCCEEDED') return JobRun;
      if (['FAILED', 'TIMEOUT', 'STOPPED', 'ERROR'].includes(String(JobRun.JobRunState))) {
        const failure = new Error(JSON.stringify(JobRun));
        failure.name = 'States.TaskFailed';
        throw failure;
      }
      await platform.clock.sleep(5_000, signal);
    }
  } catch (error) {
    if (signal.aborted) await call('batchStopJobRun', { JobName, JobRunIds: [JobRunId] }).catch(() => undefined);
    throw error;
  }
}

/** The rules for all jobs that a definition waits for. */
export function authorizeManagedRules(platform: Platform, roleArn: string, definition: string): void {
  const awaited = new Set(
    [...definition.matchAll(/:::sagemaker:(\w+)\.sync/g)].map(([, action = '']) => jobs[action]?.rule),
  );
  for (const rule of awaited) if (rule) authorizeManagedRule(platform, roleArn, rule);
}

/**
 * Step Functions is notified of a job's end by a rule that it creates with the state machine's role ("IAM policies for
 * integrated services").
 */
function authorizeManagedRule(platform: Platform, roleArn: string, rule: string): void {
  const { partition, region, accountId } = platform;
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${roleArn.split('/').pop() ?? ''}/states`;
  const principal = { kind: 'role' as const, roleArn, arn, sessionName: 'states', accountId };
  const resource = `arn:${partition}:events:${region}:${accountId}:rule/${rule}`;
  for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
    platform.authorize('managed rule', { principal, action, resource });
}
