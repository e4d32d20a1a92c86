import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  DescribeProcessingJobCommand,
  type DescribeProcessingJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, JOB_STATEMENTS, ROLE, SCIKIT_LEARN, Workbench } from './workbench';

const SCRIPT = `
import json, os, pathlib, sys
root = pathlib.Path(os.environ["WORKFLOW_PROCESSING_ROOT"])
files = sorted(str(p.relative_to(root / "input" / "data")) for p in (root / "input" / "data").rglob("*") if p.is_file())
config = json.loads((root.parent / "config" / "resourceconfig.json").read_text())
out = pathlib.Path(sys.argv[1]); out.mkdir(parents=True, exist_ok=True)
(out / (config["current_host"] + ".json")).write_text(json.dumps({
    "files": files, "hosts": config["hosts"], "baseline": os.environ["baseline"], "secret": sorted(k for k in os.environ if k.startswith("AWS_S") or k.startswith("AWS_ACCESS")),
}))
print("read", len(files), "files")
message = root.parent / "output" / "message"; message.parent.mkdir(parents=True, exist_ok=True); message.write_text("CompletedSuccessfully: fine")
sys.exit(int(sys.argv[2]))
`;

/** A script and its data on a workbench, for the tests of one describe; and what runs them. */
export function processingBench() {
  let bench: Workbench;

  beforeAll(async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'must-not-leak';
    bench = await Workbench.start();
    await bench.put('code/job.py', SCRIPT);
    await bench.put('data/a/one.csv', '1');
    await bench.put('data/b/two.csv', '2');
    await bench.put('data/b/three.csv', '3');
  });
  afterAll(() => bench.stop());
  afterEach(() => bench.allow(JOB_STATEMENTS));

  function request(
    name: string,
    exit = 0,
    more: Partial<CreateProcessingJobCommandInput> = {},
  ): CreateProcessingJobCommandInput {
    const input = (
      InputName: string,
      S3Uri: string,
      distribution: 'FullyReplicated' | 'ShardedByS3Key' = 'FullyReplicated',
    ) => ({
      InputName,
      S3Input: {
        S3Uri,
        LocalPath: `/opt/ml/processing/input/${InputName}`,
        S3DataType: 'S3Prefix' as const,
        S3InputMode: 'File' as const,
        S3DataDistributionType: distribution,
      },
    });
    return {
      ProcessingJobName: name,
      RoleArn: ROLE,
      AppSpecification: {
        ImageUri: SCIKIT_LEARN,
        ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/job.py'],
        ContainerArguments: ['/opt/ml/processing/output/result', String(exit)],
      },
      Environment: { baseline: '/opt/ml/processing/baseline/x.json' },
      ProcessingInputs: [
        input('code', `s3://${BUCKET}/code/job.py`),
        input('data', `s3://${BUCKET}/data/`, 'ShardedByS3Key'),
      ],
      ProcessingOutputConfig: {
        KmsKeyId: bench.keyArn,
        Outputs: [
          {
            OutputName: 'result',
            S3Output: {
              S3Uri: `s3://${BUCKET}/out/${name}`,
              LocalPath: '/opt/ml/processing/output/result',
              S3UploadMode: 'EndOfJob',
            },
          },
        ],
      },
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: 1,
          InstanceType: 'ml.m5.large',
          VolumeSizeInGB: 10,
          VolumeKmsKeyId: bench.keyArn,
        },
      },
      NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      ...more,
    };
  }

  async function run(input: CreateProcessingJobCommandInput): Promise<DescribeProcessingJobCommandOutput> {
    await bench.sagemaker.send(new CreateProcessingJobCommand(input));
    return ended(input.ProcessingJobName ?? '');
  }

  function ended(ProcessingJobName: string): Promise<DescribeProcessingJobCommandOutput> {
    return bench.until(
      () => bench.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName })),
      ({ ProcessingJobStatus }) => !['InProgress', 'Stopping'].includes(ProcessingJobStatus ?? ''),
    );
  }

  return { bench: () => bench, request, run, ended };
}
