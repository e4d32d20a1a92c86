import type { JobCompute, WorkflowConfiguration } from '../../config';
import { tagList } from '../../shared/stack/tag-list';
import {
  call,
  catchAll,
  caught,
  endProcessingJob,
  outcome,
  retryJobStart,
  type State,
} from '../../shared/state-machine/states-language';

/**
 * The states that both monitors share. The job's container is isolated from every network and cannot call any API, so
 * the state machine does what Model Monitor's service does around its container: it finds the baseline of the live model,
 * starts the job, and publishes what the job wrote.
 */
export interface AnalysisDefinitionProps extends JobCompute {
  readonly approvedModelParameterName: string;
  readonly captureBucketName: string;
  readonly topicArn: string;
  readonly jobNamePrefix: string;
  readonly tags: WorkflowConfiguration['tags'];
  readonly jobRoleArn: string;
  readonly imageUri: string;
  /** S3 URI of the steps' zip, and its file name. */
  readonly codeUri: string;
  readonly codeFileName: string;
  readonly dataKeyArn: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** What differs between the jobs of the two monitors. */
export interface AnalysisJob {
  /** Name of the state that runs the job. */
  readonly state: string;
  /** Command of pipelines/steps that the job runs. */
  readonly command: string;
  /** JSONPath of the job's name. */
  readonly name: string;
  /** In addition to the window, the captures and the output folder, which all analyses have. */
  readonly environment: Readonly<Record<string, string>>;
  /** In addition to the code. */
  readonly inputs: readonly object[];
}

type States = Record<string, State>;

/** Folder of the container below which SageMaker puts the inputs. */
export const inContainer = '/opt/ml/processing';

/** How long a whole execution may take: the job's maximum, and an hour for retries. */
export function executionTimeoutSeconds({ maxRuntimeSeconds }: JobCompute): number {
  return maxRuntimeSeconds + 3_600;
}

/** A JSONPath expression for a job name that no other execution uses. */
export function uniqueJobName({ jobNamePrefix }: AnalysisDefinitionProps): string {
  return `States.Format('${jobNamePrefix}{}', States.UUID())`;
}

/**
 * Reads the live model's package into `$.package`. The baseline belongs to the package: a retrained model has its own.
 * The members that name it are optional, and a ResultSelector with a path that is not there ends the execution in spite
 * of every Catch. So the description is kept whole until `keepOnly`.
 */
export function liveModelStates(props: AnalysisDefinitionProps, next: string): States {
  return {
    ReadLivePackage: call(
      'arn:aws:states:::aws-sdk:ssm:getParameter',
      { Name: props.approvedModelParameterName },
      { select: { 'arn.$': '$.Parameter.Value' }, resultPath: '$.live', next: 'IsModelLive', onError: 'NoteError' },
    ),
    IsModelLive: {
      Type: 'Choice',
      Choices: [{ Variable: '$.live.arn', StringEquals: 'none', Next: 'NoLiveModel' }],
      Default: 'DescribePackage',
    },
    DescribePackage: call(
      'arn:aws:states:::aws-sdk:sagemaker:describeModelPackage',
      { 'ModelPackageName.$': '$.live.arn' },
      { resultPath: '$.package', next, onError: 'NoteError' },
    ),
  };
}

/**
 * Replaces the whole state by the named members, so that the package's description, with its model card, is dropped
 * before the job starts: every later state's data must also fit into 256 KiB.
 *
 * AWS: step-functions/payloads-have-a-limit
 */
export function keepOnly(members: Readonly<Record<string, unknown>>, next: string): State {
  return { Type: 'Pass', Parameters: members, Next: next };
}

/** Runs the job and waits for its end, then `Publish` follows. Captured requests are sensitive, so it has no network. */
export function jobStates(props: AnalysisDefinitionProps, job: AnalysisJob): States {
  return {
    [job.state]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sagemaker:createProcessingJob.sync',
      Parameters: {
        'ProcessingJobName.$': job.name,
        Tags: tagList(props.tags),
        RoleArn: props.jobRoleArn,
        AppSpecification: {
          ImageUri: props.imageUri,
          ContainerEntrypoint: ['python3', `${inContainer}/input/code/${props.codeFileName}`, job.command],
        },
        Environment: {
          dataset_source: `${inContainer}/input/endpoint`,
          output_path: `${inContainer}/output`,
          'start_time.$': '$.window.start',
          'end_time.$': '$.window.end',
          ...job.environment,
        },
        ProcessingInputs: [jobInput('code', { S3Uri: props.codeUri }), ...job.inputs],
        ProcessingOutputConfig: {
          KmsKeyId: props.dataKeyArn,
          Outputs: [
            {
              OutputName: 'result',
              S3Output: {
                'S3Uri.$': `States.Format('s3://${props.captureBucketName}/monitoring/{}', ${job.name})`,
                LocalPath: `${inContainer}/output`,
                S3UploadMode: 'EndOfJob',
              },
            },
          ],
        },
        ProcessingResources: {
          ClusterConfig: {
            InstanceType: props.instanceType,
            InstanceCount: props.instanceCount,
            VolumeSizeInGB: props.volumeSizeInGb,
            VolumeKmsKeyId: props.dataKeyArn,
          },
        },
        NetworkConfig: {
          EnableNetworkIsolation: true,
          EnableInterContainerTrafficEncryption: true,
          VpcConfig: { Subnets: props.subnetIds, SecurityGroupIds: props.securityGroupIds },
        },
        StoppingCondition: { MaxRuntimeInSeconds: props.maxRuntimeSeconds },
      },
      ResultPath: null,
      TimeoutSeconds: props.maxRuntimeSeconds + 900,
      Retry: retryJobStart,
      Catch: catchAll('DidJobEnd'),
      Next: 'Publish',
    },
    ...endProcessingJob(job.name, 'NoteError'),
  };
}

/** An input of the job. */
export function jobInput(
  InputName: string,
  source: Readonly<Record<string, string>>,
  folder = `input/${InputName}`,
): object {
  return {
    InputName,
    S3Input: {
      S3DataType: 'S3Prefix',
      ...source,
      LocalPath: `${inContainer}/${folder}`,
      S3InputMode: 'File',
      S3DataDistributionType: 'FullyReplicated',
    },
  };
}

/** Calls a function and keeps the named members of its result. */
export function callFunction(
  functionArn: string,
  payload: Readonly<Record<string, string>>,
  result: {
    readonly keep: readonly string[];
    readonly resultPath: string;
    readonly next: string;
    readonly timeoutSeconds?: number;
  },
): State {
  const { keep, ...options } = result;
  return call(
    'arn:aws:states:::lambda:invoke',
    { FunctionName: functionArn, Payload: payload },
    {
      ...options,
      select: Object.fromEntries(keep.map((name) => [`${name}.$`, `$.Payload.${name}`])),
      onError: 'NoteError',
    },
  );
}

/** Drift or a worse model is a result: the execution succeeds, and an alarm on the metric fires. */
export function success(result: string, detail: string): State {
  return outcome(result, detail, 'Done');
}

/** A failure notifies people. */
export function failure(detail: string, result = 'Failed'): State {
  return outcome(result, detail, 'Notify');
}

/** The states that end an execution. */
export function endStates(
  { topicArn }: AnalysisDefinitionProps,
  failed: { readonly subject: string; readonly error: string; readonly cause: string },
): States {
  return {
    NoteError: failure(caught),
    Notify: call(
      'arn:aws:states:::sns:publish',
      { TopicArn: topicArn, Subject: failed.subject, 'Message.$': 'States.JsonToString($.outcome)' },
      { next: 'Failed', onError: 'Failed' },
    ),
    Done: { Type: 'Succeed' },
    Failed: { Type: 'Fail', Error: failed.error, Cause: failed.cause },
  };
}
