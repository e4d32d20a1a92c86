import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { approve } from '../../operator/commands/approve';
import { drift } from '../../operator/commands/drift';
import { ingest } from '../../operator/commands/ingest';
import { invoke } from '../../operator/commands/invoke';
import { rollback } from '../../operator/commands/rollback';
import { train } from '../../operator/commands/train';
import { verifyTeardown } from '../../operator/commands/verify-teardown';
import { wake } from '../../operator/commands/wake';
import { CommandFailed } from '../../operator/errors';
import { awsError, fakeContext, outputs, recordedOutput, type Sent } from './fake-clients';

const packageArn = (version: number) => `arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/${version}`;
const packages = (...statuses: string[]) => ({
  ModelPackageSummaryList: statuses.map((status, at) => ({ ModelPackageVersion: at + 1, ModelPackageArn: packageArn(at + 1), ModelApprovalStatus: status })),
});
const body = (content: string | Buffer) => ({ Body: { transformToByteArray: () => Promise.resolve(Buffer.from(content)) } });
/** A deployment that takes idle endpoints down. */
const sleeper = { DescribeStacksCommand: { Stacks: [{ Outputs: Object.entries({ ...outputs, EndpointStateParameterName: '/state' }).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })) }] } };
const notThere = () => {
  throw awsError('NotFound', 'NotFound');
};

describe('train', () => {
  const started = { PipelineExecutionArn: 'arn:execution' };

  it('compares with the live model\'s artifact', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        DescribeModelPackageCommand: { InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://artifacts/models/three.tar.gz' }] } },
        ListObjectVersionsCommand: {},
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      },
      sent,
    );
    await train(context, { airports: ['JFK', 'LGA'], until: '2013-11', wait: false }, recordedOutput());
    expect(sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input.PipelineParameters).toEqual([
      { Name: 'Airports', Value: 'JFK+LGA' },
      { Name: 'From', Value: '0000-00' },
      { Name: 'Until', Value: '2013-11' },
      { Name: 'DataSnapshot', Value: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      { Name: 'LiveModelUri', Value: 's3://artifacts/models/three.tar.gz' },
    ]);
  });

  it('names an execution of many airports within the 82 characters that SageMaker takes', async () => {
    const nameFor = async (airports: string[]) => {
      const sent: Sent[] = [];
      const answers = { GetParameterCommand: { Parameter: { Value: 'none' } }, ListObjectVersionsCommand: {}, PutObjectCommand: {}, StartPipelineExecutionCommand: started };
      await train(fakeContext(answers, sent), { airports, until: '2013-03', wait: false }, recordedOutput());
      return sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input.PipelineExecutionDisplayName;
    };
    const seventeen = Array.from({ length: 17 }, () => 'JFK');
    expect(await nameFor(seventeen)).toBe(`manual-${seventeen.join('-')}-2013-03`);
    expect(await nameFor([...seventeen, 'LGA'])).toBe('manual-18-airports-2013-03');
  });

  it('tells the pipeline when a file it will read has changed, and only then', async () => {
    const snapshotOf = async (files: Record<string, string>) => {
      const sent: Sent[] = [];
      const Versions = Object.entries(files).map(([Key, ETag]) => ({ Key, ETag, IsLatest: true }));
      const answers = { GetParameterCommand: { Parameter: { Value: 'none' } }, ListObjectVersionsCommand: { Versions }, PutObjectCommand: {}, StartPipelineExecutionCommand: started };
      await train(fakeContext(answers, sent), { airports: ['JFK'], until: '2013-03', wait: false }, recordedOutput());
      const { PipelineParameters } = sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input as { PipelineParameters: { Name: string; Value: string }[] };
      return PipelineParameters.find(({ Name }) => Name === 'DataSnapshot')?.Value;
    };
    const file = (month: string) => `curated/flights/airport=JFK/month=2013-${month}/f.csv.gz`;
    const first = await snapshotOf({ [file('02')]: 'a' });
    expect(await snapshotOf({ [file('02')]: 'corrected' })).not.toBe(first);
    expect(await snapshotOf({ [file('02')]: 'a', [file('03')]: 'b' })).toBe(first);
  });

  it('shows the failed step\'s reason, its last log lines and where the whole log is', async () => {
    const output = recordedOutput();
    const context = fakeContext({
      GetParameterCommand: { Parameter: { Value: 'none' } },
      ListObjectVersionsCommand: {},
      PutObjectCommand: {},
      StartPipelineExecutionCommand: started,
      DescribePipelineExecutionCommand: { PipelineExecutionStatus: 'Failed' },
      ListPipelineExecutionStepsCommand: {
        PipelineExecutionSteps: [
          {
            StepName: 'PrepareData',
            StepStatus: 'Failed',
            FailureReason: 'AlgorithmError: exit code 1',
            Metadata: { ProcessingJob: { Arn: 'arn:aws:sagemaker:eu-central-1:123456789012:processing-job/prepare-1' } },
          },
        ],
      },
      DescribeLogStreamsCommand: { logStreams: [{ logStreamName: 'prepare-1/algo-1-1' }] },
      GetLogEventsCommand: { events: [{ message: 'only 1 month(s) of curated data' }] },
    });
    const result = await train(context, { airports: ['JFK'], until: '2013-07' }, output);
    expect(result).toMatchObject({ status: 'Failed', failureReason: 'AlgorithmError: exit code 1' });
    const text = output.lines.join('\n');
    expect(text).toContain('Failed at PrepareData: AlgorithmError: exit code 1');
    expect(text).toContain('only 1 month(s) of curated data');
    expect(text).toContain('/aws/sagemaker/ProcessingJobs, stream prepare-1/algo-1-1');
  });
});

describe('approve', () => {
  it('follows the execution that the approval started, and no other', async () => {
    let approved = false;
    const executions: Record<string, string> = { old: packageArn(2), other: packageArn(1), own: packageArn(2) };
    const context = fakeContext({
      ListModelPackagesCommand: packages('Approved', 'PendingManualApproval'),
      UpdateModelPackageCommand: () => ((approved = true), {}),
      ListExecutionsCommand: () => ({ executions: (approved ? ['own', 'other', 'old'] : ['old']).map((executionArn) => ({ executionArn })) }),
      DescribeExecutionCommand: ({ executionArn }: { executionArn: string }) => ({
        status: 'SUCCEEDED',
        input: JSON.stringify({ detail: { ModelPackageArn: executions[executionArn] } }),
        output: JSON.stringify({ outcome: { result: 'Released', detail: executionArn } }),
      }),
      GetExecutionHistoryCommand: { events: [] },
    });
    const result = await approve(context, { version: 'latest', note: 'good' }, recordedOutput());
    expect(result).toMatchObject({ version: 2, approval: 'Approved', outcome: { result: 'Released', detail: 'own' } });
  });

  it('rejects without waiting for a release', async () => {
    const sent: Sent[] = [];
    const context = fakeContext({ ListModelPackagesCommand: packages('PendingManualApproval'), UpdateModelPackageCommand: {}, ListExecutionsCommand: {} }, sent);
    const result = await approve(context, { version: 1, note: 'no', reject: true }, recordedOutput());
    expect(result.approval).toBe('Rejected');
    expect(sent.find((one) => one.name === 'UpdateModelPackageCommand')?.input).toMatchObject({ ModelApprovalStatus: 'Rejected', ApprovalDescription: 'no' });
  });

  it('says which versions there are', async () => {
    const context = fakeContext({ ListModelPackagesCommand: packages('Approved', 'Approved') });
    await expect(approve(context, { version: 7, note: 'x' }, recordedOutput())).rejects.toThrow('There is no version 7; registered: 2, 1.');
  });
});

describe('wake', () => {
  const parameters = (state: string) => ({ GetParameterCommand: ({ Name }: Record<string, unknown>) => ({ Parameter: { Value: Name === '/state' ? state : packageArn(2) } }) });

  it('releases the version that is live already', async () => {
    const sent: Sent[] = [];
    const released = { outcome: { result: 'Released', detail: 'as recorded' } };
    const context = fakeContext(
      {
        ...sleeper,
        ...parameters('asleep'),
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify(released) },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    expect(await wake(context, {}, recordedOutput())).toMatchObject({ version: 2, ...released });
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(JSON.stringify({ detail: { ModelPackageArn: packageArn(2) } }));
  });

  it.each([
    ['is awake', sleeper],
    ['never sleeps', {}],
  ])('does nothing where the endpoint %s', async (_, deployment) => {
    const sent: Sent[] = [];
    const context = fakeContext({ ...deployment, ...parameters('awake') }, sent);
    expect(await wake(context, {}, recordedOutput())).toEqual({ version: 2, outcome: { result: 'NothingToDo', detail: 'The endpoint does not sleep; version 2 is live.' } });
    expect(sent.map(({ name }) => name)).not.toContain('StartExecutionCommand');
  });
});

describe('rollback', () => {
  it('goes to the newest approved version below the live one, over rejected ones', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(4) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Rejected', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'FAILED', error: 'TakenBack', cause: 'did not prove itself' },
        GetExecutionHistoryCommand: {
          events: [{ stateEnteredEventDetails: { name: 'TakenBack', input: JSON.stringify({ outcome: { result: 'TakenBack', detail: 'an alarm fired' } }) } }],
        },
      },
      sent,
    );
    const result = await rollback(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(JSON.stringify({ rollback: true, detail: { ModelPackageArn: packageArn(2) } }));
    expect(result).toMatchObject({ from: 4, to: 2, outcome: { result: 'TakenBack', detail: 'an alarm fired' } });
  });

  it.each([
    ['none', packages('Approved'), {}, 'No model is live'],
    [packageArn(1), packages('Approved', 'Approved'), {}, 'No approved version is older'],
    [packageArn(2), packages('Rejected', 'Approved'), { to: 1 }, 'Version 1 was rejected: an alarm fired'],
    [packageArn(2), packages('PendingManualApproval', 'Approved'), { to: 1 }, 'Version 1 was never approved'],
    [packageArn(2), packages('Approved', 'Approved'), { to: 9 }, 'There is no version 9; registered: 2, 1'],
    [packageArn(1), packages('Approved', 'Approved'), { to: 2 }, 'newer than the live one (1)'],
  ])('refuses when it makes no sense (%s), and changes nothing', async (live, list, options, message) => {
    const sent: Sent[] = [];
    const context = fakeContext(
      { GetParameterCommand: { Parameter: { Value: live } }, ListModelPackagesCommand: list, DescribeModelPackageCommand: { ApprovalDescription: 'an alarm fired' } },
      sent,
    );
    await expect(rollback(context, options, recordedOutput())).rejects.toThrow(message);
    expect(sent.map((one) => one.name)).not.toContain('UpdateModelPackageCommand');
  });

  it('takes the approval of every newer version before it goes to any earlier one', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify({ outcome: { result: 'Released', detail: 'as judged' } }) },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    const result = await rollback(context, { to: 1 }, recordedOutput());
    expect(result).toMatchObject({ from: 3, to: 1, outcome: { result: 'Released' } });
    const changes = sent.filter(({ name }) => ['UpdateModelPackageCommand', 'StartExecutionCommand'].includes(name));
    expect(changes.map(({ input }) => [input.ModelPackageArn, input.ModelApprovalStatus])).toEqual([
      [packageArn(4), 'Rejected'],
      [packageArn(3), 'Rejected'],
      [packageArn(2), 'Rejected'],
      [undefined, undefined],
    ]);
    expect(changes[0]?.input.ApprovalDescription).toBe('A person rolled back to version 1; version 3 was live.');
  });

  it('starts no release when it is repeated', async () => {
    const context = fakeContext({ GetParameterCommand: { Parameter: { Value: packageArn(1) } }, ListModelPackagesCommand: packages('Approved', 'Rejected') });
    expect(await rollback(context, { to: 1 }, recordedOutput())).toEqual({ from: 1, to: 1, outcome: { result: 'NothingToDo', detail: 'Version 1 is live already.' } });
  });
});

describe('invoke', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says what the model refused', async () => {
    const file = join(folder, 'request.csv');
    writeFileSync(file, 'B6\n');
    const context = fakeContext({
      InvokeEndpointCommand: () => {
        throw awsError('ModelError', 'Received client error (400)', { OriginalStatusCode: 400, OriginalMessage: 'row 1 has 1 values, expected 18' });
      },
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toThrow('The model refused the request (400): row 1 has 1 values, expected 18');
  });

  it.each([
    ['asleep', /sleeps/, 'Wake it, which takes some minutes: npm run mlops -- wake'],
    ['awake', /is not there/, 'Release a model first: npm run mlops -- approve latest --note "..."'],
  ])('says what to do about an endpoint that is gone (%s)', async (state, message, remedy) => {
    const file = join(folder, 'request.csv');
    writeFileSync(file, 'B6\n');
    const InvokeEndpointCommand = () => {
      throw awsError('ValidationError', 'Endpoint endpoint of account 123456789012 not found.');
    };
    const context = fakeContext({ ...sleeper, InvokeEndpointCommand, GetParameterCommand: { Parameter: { Value: state } } });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toMatchObject({ message: expect.stringMatching(message) as string, remedy });
  });

  it('sends the contract\'s columns in the catalog\'s order and puts the outcome beside each answer', async () => {
    writeFileSync(
      join(folder, 'flights-abc.csv.gz'),
      gzipSync('flight_id,origin,carrier,date,maker,arr_delay\nABC-1,ABC,AA,2013-07-01,"A, B",14\nABC-2,ABC,DL,2013-07-02,C,\n'),
    );
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetTablesCommand: {
          TableList: [{ StorageDescriptor: { Columns: ['flight_id', 'origin', 'maker', 'carrier', 'disrupted'].map((Name) => ({ Name })) } }],
        },
        InvokeEndpointCommand: ({ InferenceId }: { InferenceId: string }) => ({
          Body: Buffer.from(InferenceId === 'ABC-1' ? '0.2,on_time,3\n' : '0.9,disrupted,3\n'),
          ContentType: 'text/csv',
        }),
      },
      sent,
      { dataFolder: folder },
    );
    const { predictions } = await invoke(context, { sample: { airport: 'ABC', month: '2013-07', rows: 2 } }, recordedOutput());
    const requests = sent.filter((one) => one.name === 'InvokeEndpointCommand');
    expect(requests.map(({ input }) => [input.InferenceId, Buffer.from(input.Body as Uint8Array).toString()])).toEqual([
      ['ABC-1', '"A, B",AA\n'],
      ['ABC-2', 'C,DL\n'],
    ]);
    expect(predictions).toEqual([
      { id: 'ABC-1', probability: 0.2, decision: 'on_time', modelVersion: '3', disrupted: false },
      { id: 'ABC-2', probability: 0.9, decision: 'disrupted', modelVersion: '3', disrupted: true },
    ]);
  });
});

describe('ingest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, '2013-07.csv');
  beforeAll(() => writeFileSync(file, 'flight_id\n1\n2\n3\n'));

  it('waits until good and bad rows add up to what was sent', async () => {
    let looks = 0;
    const context = fakeContext({
      HeadObjectCommand: ({ Key }: { Key: string }) => {
        looks += 1;
        // First the state before the upload, then the curated rows, and only later the quarantined one.
        if (looks <= 2 || (Key.startsWith('quarantine') && looks < 8)) return notThere();
        return { ETag: 'new' };
      },
      PutObjectCommand: {},
      GetObjectCommand: ({ Key }: { Key: string }) =>
        Key.endsWith('.gz') ? body(gzipSync('flight_id\n1\n3\n')) : body('{"line":3,"reason":"RAGGED_ROW","detail":"","row":"2"}\n'),
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, recordedOutput());
    expect(files).toMatchObject([{ rowsSent: 3, rowsCurated: 2, rowsQuarantined: 1, reasons: { RAGGED_ROW: 1 } }]);
  });

  it('takes a file that is refused as a whole for judged', async () => {
    let looks = 0;
    const context = fakeContext({
      HeadObjectCommand: ({ Key }: { Key: string }) => (looks++ < 2 || Key.startsWith('curated') ? notThere() : { ETag: 'new' }),
      PutObjectCommand: {},
      GetObjectCommand: body('{"line":0,"reason":"WRONG_HEADER","detail":"","row":""}\n'),
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, recordedOutput());
    expect(files).toMatchObject([{ rowsCurated: 0, rowsQuarantined: 0, reasons: { WRONG_HEADER: 1 }, curatedKeys: [] }]);
  });
});

describe('drift', () => {
  it('takes the newest hour with traffic and says when there was none', async () => {
    const empty = fakeContext({ ListObjectsV2Command: {} });
    await expect(drift(empty, {}, recordedOutput())).rejects.toThrow(CommandFailed);
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        ListObjectsV2Command: {
          Contents: ['2013/09/03/14/a.jsonl', '2013/09/03/09/b.jsonl', '2013/08/30/23/c.jsonl'].map((key) => ({ Key: `capture/endpoint/AllTraffic/${key}` })),
        },
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify({ job: { name: 'job' }, outcome: { result: 'Drift', detail: '1' } }) },
        GetExecutionHistoryCommand: { events: [] },
        GetObjectCommand: ({ Key }: { Key: string }) =>
          body(Key.endsWith('violations.json') ? '{"violations":[{"feature_name":"carrier","constraint_check_type":"baseline_drift_check","description":"far"}]}' : '[{"name":"feature_baseline_drift_carrier","value":0.3}]'),
        DescribeAlarmsCommand: { MetricAlarms: [{ StateValue: 'ALARM', StateReason: 'crossed' }] },
      },
      sent,
    );
    const result = await drift(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe('{"hour":"2013-09-03T14"}');
    expect(result).toMatchObject({ hour: '2013-09-03T14', violations: [{ feature_name: 'carrier' }], alarm: { state: 'ALARM' } });
  });
});

describe('verify-teardown', () => {
  const nothing = {
    DescribeStacksCommand: () => {
      throw awsError('ValidationError', 'Stack with id x does not exist');
    },
    ListBucketsCommand: {}, ListEndpointsCommand: {}, ListEndpointConfigsCommand: {}, ListModelsCommand: {}, ListModelPackageGroupsCommand: {},
    ListPipelinesCommand: {}, ListTransformJobsCommand: {}, ListStateMachinesCommand: {}, DescribeParametersCommand: {}, DescribeAlarmsCommand: {}, DescribeLogGroupsCommand: {},
    DescribeVpcsCommand: {}, ListKeysCommand: {},
  };

  it('is content when only keys wait for their deletion', async () => {
    const context = fakeContext({
      ...nothing,
      ListKeysCommand: { Keys: [{ KeyId: 'k' }] },
      DescribeKeyCommand: { KeyMetadata: { KeyState: 'PendingDeletion', DeletionDate: new Date('2013-10-01') } },
    });
    const { left, expected } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'key pending deletion', name: 'k until 2013-10-01' }]);
  });

  it('names the records that AWS keeps', async () => {
    const TransformJobSummaries = [{ TransformJobName: 'mla-blueprint-batch-1' }, { TransformJobName: 'not-mla-blueprint-batch' }];
    const { left, expected } = await verifyTeardown(fakeContext({ ...nothing, ListTransformJobsCommand: { TransformJobSummaries } }), {}, recordedOutput());
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'transform job record', name: 'mla-blueprint-batch-1' }]);
  });

  it('lists a bucket of ours and an interface that SageMaker still holds, not other people\'s', async () => {
    const context = fakeContext({
      ...nothing,
      ListBucketsCommand: { Buckets: [{ Name: 'mlablueprint-datalake-raw' }, { Name: 'holiday-photos' }] },
      DescribeVpcsCommand: { Vpcs: [{ VpcId: 'vpc-1' }] },
      DescribeNetworkInterfacesCommand: { NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Description: 'SageMaker' }] },
    });
    const { left } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([
      { kind: 'bucket', name: 'mlablueprint-datalake-raw' },
      { kind: 'network interface', name: 'eni-1 (SageMaker)' },
    ]);
  });
});
