import {
  CreateModelPackageGroupCommand,
  CreatePipelineCommand,
  DescribePipelineExecutionCommand,
  ListPipelineExecutionStepsCommand,
  type Parameter,
  type PipelineExecutionStep,
  StartPipelineExecutionCommand,
  UpdatePipelineCommand,
} from '@aws-sdk/client-sagemaker';
import { ACCOUNT, BUCKET, ROLE, SCIKIT_LEARN, Workbench, XGBOOST } from './workbench';

export const PIPELINE_ROLE = `arn:aws:iam::${ACCOUNT}:role/Pipeline`;
export const PIPELINE_STATEMENTS = {
  jobs: { Effect: 'Allow', Action: ['sagemaker:*'], Resource: '*' },
  pass: {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: ROLE,
    Condition: { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
  },
  files: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/runs/*` },
  artifact: { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${BUCKET}/model.tar.gz` },
  key: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
};

const JOB = `
import json, pathlib, sys, time
out = pathlib.Path(sys.argv[1]); out.mkdir(parents=True, exist_ok=True)
if sys.argv[2] == "sleep": time.sleep(30)
bad = {"text": '{"metrics": {"score": {"value": "very good"}}}', "NaN": '{"metrics": {"score": {"value": NaN}}}', "another schema": '{"score": 0.9}', "no JSON": "<html>"}
if sys.argv[2] in bad: (out / "report.json").write_text(bad[sys.argv[2]])
if sys.argv[2] in bad or sys.argv[2] == "no report": sys.exit(0)
(out / "report.json").write_text(json.dumps({"metrics": {"score": {"value": float(sys.argv[2])}}}))
`;

/** Pipelines `flow` and `other` on a workbench, for the tests of one describe; and what runs them. */
export function pipelineBench() {
  let bench: Workbench;

  beforeAll(async () => {
    bench = await Workbench.start();
    bench.allow(PIPELINE_STATEMENTS, PIPELINE_ROLE);
    await bench.put('code/job.py', JOB);
    await bench.sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'models' }));
    await bench.sagemaker.send(
      new CreatePipelineCommand({
        PipelineName: 'flow',
        ClientRequestToken: 'token-for-creating-the-pipeline-1',
        RoleArn: PIPELINE_ROLE,
        PipelineDefinition: JSON.stringify(definition()),
      }),
    );
    await bench.sagemaker.send(
      new CreatePipelineCommand({
        PipelineName: 'other',
        ClientRequestToken: 'token-for-creating-the-pipeline-2',
        RoleArn: PIPELINE_ROLE,
        PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps: [registering()] }),
      }),
    );
  });
  afterAll(() => bench.stop());
  afterEach(() => bench.allow(PIPELINE_STATEMENTS, PIPELINE_ROLE));

  function processing(
    name: string,
    score: unknown,
    more: Record<string, unknown> = {},
    output: unknown = {
      'Std:Join': { On: '/', Values: [`s3://${BUCKET}/runs`, { Get: 'Execution.PipelineExecutionId' }, name] },
    },
  ) {
    return {
      Name: name,
      Type: 'Processing',
      ...more,
      Arguments: {
        RoleArn: ROLE,
        AppSpecification: {
          ImageUri: SCIKIT_LEARN,
          ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/job.py'],
          ContainerArguments: ['/opt/ml/processing/output/report', score],
        },
        ProcessingInputs: [
          {
            InputName: 'code',
            S3Input: {
              S3Uri: `s3://${BUCKET}/code/job.py`,
              LocalPath: '/opt/ml/processing/input/code',
              S3DataType: 'S3Prefix',
              S3InputMode: 'File',
            },
          },
        ],
        ProcessingOutputConfig: {
          Outputs: [
            {
              OutputName: 'report',
              S3Output: { S3Uri: output, LocalPath: '/opt/ml/processing/output/report', S3UploadMode: 'EndOfJob' },
            },
          ],
        },
        ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 } },
      },
    };
  }

  function definition(): Record<string, unknown> {
    const score = {
      'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.Report' }, Path: 'metrics.score.value' },
    };
    const reportUri = { Get: "Steps.Evaluate.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri" };
    return {
      Version: '2020-12-01',
      Metadata: {},
      Parameters: [
        { Name: 'Score', Type: 'String' },
        { Name: 'Minimum', Type: 'Float', DefaultValue: 0.7 },
      ],
      Steps: [
        processing('Prepare', '1', { CacheConfig: { Enabled: true, ExpireAfter: 'P30D' } }),
        processing(
          'Evaluate',
          { Get: 'Parameters.Score' },
          {
            DependsOn: ['Prepare'],
            PropertyFiles: [{ PropertyFileName: 'Report', OutputName: 'report', FilePath: 'report.json' }],
          },
        ),
        {
          Name: 'Gate',
          Type: 'Condition',
          Arguments: {
            Conditions: [{ Type: 'GreaterThanOrEqualTo', LeftValue: score, RightValue: { Get: 'Parameters.Minimum' } }],
            IfSteps: [
              {
                Name: 'Register',
                Type: 'RegisterModel',
                Arguments: {
                  ModelPackageGroupName: 'models',
                  ModelApprovalStatus: 'PendingManualApproval',
                  InferenceSpecification: {
                    Containers: [{ Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` }],
                    SupportedContentTypes: ['text/csv'],
                    SupportedResponseMIMETypes: ['text/csv'],
                  },
                  ModelMetrics: {
                    ModelQuality: {
                      Statistics: {
                        ContentType: 'application/json',
                        S3Uri: { 'Std:Join': { On: '/', Values: [reportUri, 'report.json'] } },
                      },
                    },
                  },
                },
              },
            ],
            ElseSteps: [
              {
                Name: 'TooBad',
                Type: 'Fail',
                Arguments: { ErrorMessage: { 'Std:Join': { On: ' ', Values: ['Not good enough:', reportUri] } } },
              },
            ],
          },
        },
      ],
    };
  }

  /** Asks for a definition of these steps. */
  function update(...steps: unknown[]) {
    return bench.sagemaker.send(
      new UpdatePipelineCommand({
        PipelineName: 'other',
        PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps: steps }),
      }),
    );
  }

  /** Runs a pipeline of these steps. */
  async function run(...steps: unknown[]) {
    await update(...steps);
    const { PipelineExecutionArn = '' } = await bench.sagemaker.send(
      new StartPipelineExecutionCommand({ PipelineName: 'other' }),
    );
    return {
      id: PipelineExecutionArn.split('/').at(-1) ?? '',
      arn: PipelineExecutionArn,
      ...(await ended(PipelineExecutionArn)),
    };
  }

  function registering(more: Record<string, unknown> = {}) {
    const Containers = [{ Image: XGBOOST, ModelDataUrl: `s3://${BUCKET}/model.tar.gz` }];
    const InferenceSpecification = {
      Containers,
      SupportedContentTypes: ['text/csv'],
      SupportedResponseMIMETypes: ['text/csv'],
    };
    return {
      Name: 'Register',
      Type: 'RegisterModel',
      Arguments: { ModelPackageGroupName: 'models', InferenceSpecification },
      ...more,
    };
  }

  function tuning(HyperParameterTuningJobName?: string) {
    return {
      Name: 'TuneModel',
      Type: 'Tuning',
      Arguments: {
        ...(HyperParameterTuningJobName === undefined ? {} : { HyperParameterTuningJobName }),
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 },
        },
      },
    };
  }

  async function start(parameters: Parameter[], token?: string): Promise<string> {
    const { PipelineExecutionArn = '' } = await bench.sagemaker.send(
      new StartPipelineExecutionCommand({
        PipelineName: 'flow',
        PipelineParameters: parameters,
        ...(token ? { ClientRequestToken: token } : {}),
      }),
    );
    return PipelineExecutionArn;
  }

  async function ended(PipelineExecutionArn: string) {
    const execution = await bench.until(
      () => bench.sagemaker.send(new DescribePipelineExecutionCommand({ PipelineExecutionArn })),
      ({ PipelineExecutionStatus }) => !['Executing', 'Stopping'].includes(PipelineExecutionStatus ?? ''),
    );
    const { PipelineExecutionSteps = [] } = await bench.sagemaker.send(
      new ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: 'Ascending', MaxResults: 50 }),
    );
    return {
      execution,
      steps: new Map<string, PipelineExecutionStep>(PipelineExecutionSteps.map((step) => [step.StepName ?? '', step])),
    };
  }

  return { bench: () => bench, processing, update, run, registering, tuning, start, ended };
}
