import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateModelCommand,
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeTransformJobCommand,
  type DescribeTransformJobCommandOutput,
} from '@aws-sdk/client-sagemaker';
import { plainImages } from '../fixtures/plain-images';
import { BUCKET, REGION, ROLE, Workbench, XGBOOST } from './workbench';

/**
 * Doubles the first cell; says how many rows a request had and which host it is; JSON is answered with its own fields.
 */
const INFERENCE = `
import json, os
from sagemaker_containers.beta.framework import worker
def refused(status, message): return worker.Response(response=json.dumps({"error": message}), status=status, mimetype="application/json")
def model_fn(folder): return os.getpid()  # one server process for each instance
def transform_fn(pid, body, content_type, accept):
    text = body if isinstance(body, str) else body.decode()
    if content_type.startswith("application/json"):
        return "".join(json.dumps({"score": json.loads(line)["x"] * 2}) + "\\n" for line in text.strip().split("\\n")), content_type
    rows = text.strip("\\n").split("\\n")
    if "bad" in text: return refused(400, "'bad' is not a number")
    if "crash" in text: raise RuntimeError("boom")
    if "shaky" in text:
        with open(os.path.join(os.environ["TMPDIR"], "asked"), "a+") as asked:
            asked.write("x")
            asked.seek(0)
            times = len(asked.read())
        if times < 4: raise RuntimeError("not yet")
        return f"after {times}\\n", "text/csv"
    extra = {"rows": str(len(rows)), "pid": str(pid), "settings": os.environ["SAGEMAKER_BATCH_STRATEGY"]}.get(os.environ.get("SHOW", ""), "")
    return "".join(f"{float(row.split(',')[0]) * 2}{',' + extra if extra else ''}\\n" for row in rows), "text/csv"
`;

type More = Omit<Partial<CreateTransformJobCommandInput>, 'TransformInput' | 'TransformOutput'> & {
  readonly TransformInput?: Partial<CreateTransformJobCommandInput['TransformInput']>;
  readonly TransformOutput?: Partial<CreateTransformJobCommandInput['TransformOutput']>;
};

describe('batch transform', () => {
  let bench: Workbench;
  let number = 0;

  beforeAll(async () => {
    bench = await Workbench.start({ images: plainImages });
    const ModelDataUrl = await bench.putArchive('models/one/model.tar.gz', { 'code/inference.py': INFERENCE });
    const Environment = { SAGEMAKER_PROGRAM: 'inference.py', SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code' };
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'double',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: XGBOOST, ModelDataUrl, Environment },
      }),
    );
  });
  afterAll(() => bench.stop());

  function request(
    key: string,
    { TransformInput, TransformOutput, ...more }: More = {},
  ): CreateTransformJobCommandInput {
    number += 1;
    return {
      TransformJobName: `job-${number}`,
      ModelName: 'double',
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/${key}` } },
        ContentType: 'text/csv',
        SplitType: 'Line',
        ...TransformInput,
      },
      TransformOutput: {
        S3OutputPath: `s3://${BUCKET}/out/${number}`,
        Accept: 'text/csv',
        AssembleWith: 'Line',
        KmsKeyId: bench.keyArn,
        ...TransformOutput,
      },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeKmsKeyId: bench.keyArn },
      ...more,
    };
  }

  async function run(
    key: string,
    more: More = {},
  ): Promise<DescribeTransformJobCommandOutput & { outputs: Record<string, string> }> {
    const input = request(key, more);
    const prefix = `out/${number}/`;
    await bench.sagemaker.send(new CreateTransformJobCommand(input));
    const job = await bench.until(
      () => bench.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: input.TransformJobName })),
      ({ TransformJobStatus }) => TransformJobStatus !== 'InProgress',
    );
    const outputs: Record<string, string> = {};
    for (const name of await bench.keys(prefix))
      outputs[name.slice(prefix.length)] = (await bench.get(name)).toString();
    return { ...job, outputs };
  }

  async function dataLog(jobName: string): Promise<string> {
    const client = new CloudWatchLogsClient({
      endpoint: bench.host.platform.endpoint,
      region: REGION,
      credentials: bench.host.platform.administrator,
    });
    const logGroupName = '/aws/sagemaker/TransformJobs';
    const { logStreams = [] } = await client.send(
      new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: `${jobName}/` }),
    );
    const stream = logStreams.find(({ logStreamName }) => logStreamName?.endsWith('/data-log'));
    const { events = [] } = await client.send(
      new GetLogEventsCommand({ logGroupName, logStreamName: stream?.logStreamName ?? '' }),
    );
    client.destroy();
    return events.map(({ message }) => message).join('\n');
  }

  it('takes every object whose key begins with its prefix, so a file needs a folder of its own', async () => {
    await bench.put('arrived/week.csv', '1\n2\n');
    await bench.put('arrived/week.csv.old', '3\n');
    await bench.put('staged/week/week.csv', '1\n2\n');
    const [byPrefix, byFolder] = await Promise.all([run('arrived/week.csv'), run('staged/week/')]);
    expect(byPrefix.outputs).toEqual({ 'week.csv.out': '2.0\n4.0\n', 'week.csv.old.out': '6.0\n' });
    expect(byFolder.outputs).toEqual({ 'week.csv.out': '2.0\n4.0\n' });
  });

  it('removes the record id and joins predictions to their records', async () => {
    await bench.put('in/join/a.csv', 'id-1,3\n"id,2",4\n');
    const job = await run('in/join/a.csv', { DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' } });
    expect(job.TransformJobStatus).toBe('Completed');
    expect(job.outputs).toEqual({ 'a.csv.out': 'id-1,3,6.0\n"id,2",4,8.0\n' });
  });

  it('keeps of the joined rows what the output filter chooses', async () => {
    const joined = (InputFilter: string, OutputFilter: string) =>
      run('in/join/a.csv', { DataProcessing: { InputFilter, JoinSource: 'Input', OutputFilter } });
    const jobs = await Promise.all([joined('$[1:]', '$[0,2:]'), joined('$[1]', '$[0,-1]')]);
    for (const { outputs } of jobs) expect(outputs).toEqual({ 'a.csv.out': 'id-1,6.0\n"id,2",8.0\n' });
  });

  it('fails for an output filter beyond the joined row', async () => {
    const job = await run('in/join/a.csv', {
      DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,7]' },
    });
    expect(job).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: See job logs for more information',
      outputs: {},
    });
  });

  it('puts predictions into JSON Lines under SageMakerOutput, and selects by name', async () => {
    await bench.put('in/json/a.jsonl', '{"id":"a","f":{"x":1}}\n{"id":"b","f":{"x":2}}\n');
    const lines: More = {
      TransformInput: { ContentType: 'application/jsonlines' },
      TransformOutput: { Accept: 'application/jsonlines' },
    };
    const processing = { InputFilter: '$.f', JoinSource: 'Input' } as const;
    const [joined, chosen] = await Promise.all([
      run('in/json/', { ...lines, DataProcessing: processing }),
      run('in/json/', { ...lines, DataProcessing: { ...processing, OutputFilter: "$['id','SageMakerOutput']" } }),
    ]);
    expect(joined.outputs['a.jsonl.out']).toBe(
      '{"id":"a","f":{"x":1},"SageMakerOutput":{"score":2}}\n{"id":"b","f":{"x":2},"SageMakerOutput":{"score":4}}\n',
    );
    expect(chosen.outputs['a.jsonl.out']).toBe(
      '{"id":"a","SageMakerOutput":{"score":2}}\n{"id":"b","SageMakerOutput":{"score":4}}\n',
    );
  });

  it('sends one record a request, or as many as fit, or the whole file', async () => {
    await bench.put('in/three/a.csv', '1\n2\n3\n');
    const output = async (SHOW: string, more: More) =>
      (await run('in/three/', { Environment: { SHOW }, ...more })).outputs['a.csv.out'];
    const [single, multi, whole, settings] = await Promise.all([
      output('rows', { BatchStrategy: 'SingleRecord', MaxConcurrentTransforms: 2 }),
      output('rows', { BatchStrategy: 'MultiRecord' }),
      output('rows', { TransformInput: { SplitType: 'None' }, TransformOutput: { AssembleWith: 'None' } }),
      output('settings', { BatchStrategy: 'SingleRecord' }),
    ]);
    expect(single).toBe('2.0,1\n4.0,1\n6.0,1\n');
    expect(multi).toBe('2.0,3\n4.0,3\n6.0,3\n');
    expect(whole).toBe('2.0,3\n4.0,3\n6.0,3\n');
    expect(settings).toContain('SINGLE_RECORD');
  });

  it('refuses a payload larger than MaxPayloadInMB, with an entry in the data log', async () => {
    await bench.put('in/large/a.csv', `${'1,'.repeat(600_000)}\n`);
    const job = await run('in/large/', { MaxPayloadInMB: 1 });
    expect(job).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: See job logs for more information',
    });
    expect(await dataLog(job.TransformJobName ?? '')).toMatch(
      /MaxPayloadInMB=1.*\n.*in\/large\/a\.csv: ClientError: too much data for max payload size/,
    );
  });

  it('scores the other objects when the container refuses one, and fails the job', async () => {
    await bench.put('in/mixed/a.csv', '1\nbad\n');
    await bench.put('in/mixed/b.csv', '2\n');
    const job = await run('in/mixed/');
    expect(job).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: See job logs for more information',
    });
    expect(job.outputs).toEqual({ 'b.csv.out': '4.0\n' });
    expect(await dataLog(job.TransformJobName ?? '')).toMatch(
      /a\.csv: ClientError: 400\n.*Message:\n.*'bad' is not a number/,
    );
  });

  it('blames the algorithm when the container breaks', async () => {
    await bench.put('in/crash/a.csv', 'crash\n');
    expect((await run('in/crash/')).FailureReason).toBe('AlgorithmError: See job logs for more information');
  });

  it('retries a failing container three times by default', async () => {
    await bench.put('in/shaky/a.csv', 'shaky\n');
    expect((await run('in/shaky/')).outputs).toEqual({ 'a.csv.out': 'after 4\n' });
  });

  it('shares objects, not rows, out to the instances', async () => {
    for (const name of ['a', 'b', 'c']) await bench.put(`in/shares/${name}.csv`, '1\n2\n');
    const { outputs } = await run('in/shares/', {
      Environment: { SHOW: 'pid' },
      TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeKmsKeyId: bench.keyArn },
    });
    const hosts = Object.values(outputs).map(
      (text) =>
        new Set(
          text
            .trim()
            .split('\n')
            .map((line) => line.split(',')[1]),
        ),
    );
    expect(hosts.map(({ size }) => size)).toEqual([1, 1, 1]);
    expect(new Set(hosts.flatMap((one) => [...one])).size).toBe(2);
  });

  it('reads gzip files, and objects that a manifest names', async () => {
    await bench.put('in/zip/a.csv.gz', gzipSync('5\n'));
    await bench.put('in/zip/b.csv', 'left out\n');
    const S3Uri = await bench.put(
      'in/some.manifest',
      JSON.stringify([{ prefix: `s3://${BUCKET}/in/zip/` }, 'a.csv.gz']),
    );
    const { outputs } = await run('', {
      TransformInput: { CompressionType: 'Gzip', DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri } } },
    });
    expect(outputs).toEqual({ 'a.csv.gz.out': '10.0\n' });
  });

  it.each<[string, More]>([
    ['SplitType RecordIO is not supported by the local account', { TransformInput: { SplitType: 'RecordIO' } }],
    ['MaxPayloadInMB is 101; it cannot be greater than 100', { MaxPayloadInMB: 101 }],
    [
      'MaxConcurrentTransforms * MaxPayloadInMB is 120; it cannot exceed 100 MB',
      { MaxPayloadInMB: 20, MaxConcurrentTransforms: 6 },
    ],
    [
      'in JSON and CSV format only',
      { TransformInput: { ContentType: 'application/x-parquet' }, DataProcessing: { JoinSource: 'Input' } },
    ],
    ['$..x is no filter of a transform job', { DataProcessing: { InputFilter: '$..x' } }],
    ['is no filter of a transform job', { DataProcessing: { OutputFilter: "$['a','b'].c" } }],
  ])('refuses at once: %s', async (message, more) => {
    await expect(bench.sagemaker.send(new CreateTransformJobCommand(request('in/three/', more)))).rejects.toMatchObject(
      {
        name: 'ValidationException',
        message: expect.stringContaining(message) as string,
      },
    );
  });

  it('refuses a name that exists', async () => {
    const input = request('in/three/');
    await bench.sagemaker.send(new CreateTransformJobCommand(input));
    await expect(bench.sagemaker.send(new CreateTransformJobCommand(input))).rejects.toMatchObject({
      name: 'ResourceInUse',
    });
  });
});
