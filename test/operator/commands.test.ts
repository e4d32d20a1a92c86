import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { approve } from '../../operator/commands/approve';
import { drift } from '../../operator/commands/drift';
import { ingest, ingestCommand } from '../../operator/commands/ingest';
import { invoke } from '../../operator/commands/invoke';
import { rollback } from '../../operator/commands/rollback';
import { train } from '../../operator/commands/train';
import { verifyTeardown } from '../../operator/commands/verify-teardown';
import { wake } from '../../operator/commands/wake';
import { CommandFailed } from '../../operator/errors';
import { awsError, fakeContext, outputs, recordedOutput, type Sent } from './fake-clients';

const packageArn = (version: number) => `arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/${version}`;
const packages = (...statuses: string[]) => ({
  ModelPackageSummaryList: statuses.map((status, at) => ({
    ModelPackageVersion: at + 1,
    ModelPackageArn: packageArn(at + 1),
    ModelApprovalStatus: status,
  })),
});
const body = (content: string | Buffer) => ({
  Body: { transformToByteArray: () => Promise.resolve(Buffer.from(content)) },
});
/** A deployment that takes idle endpoints down. */
const sleeper = {
  DescribeStacksCommand: {
    Stacks: [
      {
        Outputs: Object.entries({ ...outputs, EndpointStateParameterName: '/state' }).map(
          ([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }),
        ),
      },
    ],
  },
};
const notThere = () => {
  throw awsError('NotFound', 'NotFound');
};

/** Curated files of the airports' first three months of 2013. */
const quarter = (...airports: string[]) => ({
  Versions: airports.flatMap((airport) =>
    ['01', '02', '03'].map((month) => ({
      Key: `curated/flights/airport=${airport}/month=2013-${month}/f.csv.gz`,
      ETag: 'e',
      IsLatest: true,
    })),
  ),
});

describe('train', () => {
  const started = { PipelineExecutionArn: 'arn:execution' };

  it("compares with the live model's artifact", async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        DescribeModelPackageCommand: {
          InferenceSpecification: { Containers: [{ ModelDataUrl: 's3://artifacts/models/three.tar.gz' }] },
        },
        ListObjectVersionsCommand: quarter('JFK', 'LGA'),
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
      const answers = {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: quarter('JFK', 'LGA'),
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      };
      await train(fakeContext(answers, sent), { airports, until: '2013-04', wait: false }, recordedOutput());
      return sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input.PipelineExecutionDisplayName;
    };
    const seventeen = Array.from({ length: 17 }, () => 'JFK');
    expect(await nameFor(seventeen)).toBe(`manual-${seventeen.join('-')}-2013-04`);
    expect(await nameFor([...seventeen, 'LGA'])).toBe('manual-18-airports-2013-04');
  });

  it('tells the pipeline when a file it will read has changed, and only then', async () => {
    const snapshotOf = async (files: Record<string, string>) => {
      const sent: Sent[] = [];
      const Versions = [
        ...quarter('JFK').Versions,
        ...Object.entries(files).map(([Key, ETag]) => ({ Key, ETag, IsLatest: true })),
      ];
      const answers = {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: { Versions },
        PutObjectCommand: {},
        StartPipelineExecutionCommand: started,
      };
      await train(fakeContext(answers, sent), { airports: ['JFK'], until: '2013-05', wait: false }, recordedOutput());
      const { PipelineParameters } = sent.find((one) => one.name === 'StartPipelineExecutionCommand')?.input as {
        PipelineParameters: { Name: string; Value: string }[];
      };
      return PipelineParameters.find(({ Name }) => Name === 'DataSnapshot')?.Value;
    };
    const file = (month: string) => `curated/flights/airport=JFK/month=2013-${month}/f.csv.gz`;
    const first = await snapshotOf({ [file('04')]: 'a' });
    expect(await snapshotOf({ [file('04')]: 'corrected' })).not.toBe(first);
    expect(await snapshotOf({ [file('04')]: 'a', [file('05')]: 'b' })).toBe(first);
  });

  it("shows the failed step's reason, its last log lines and where the whole log is", async () => {
    const output = recordedOutput();
    const context = fakeContext({
      GetParameterCommand: { Parameter: { Value: 'none' } },
      ListObjectVersionsCommand: quarter('JFK'),
      PutObjectCommand: {},
      StartPipelineExecutionCommand: started,
      DescribePipelineExecutionCommand: { PipelineExecutionStatus: 'Failed' },
      ListPipelineExecutionStepsCommand: {
        PipelineExecutionSteps: [
          {
            StepName: 'PrepareData',
            StepStatus: 'Failed',
            FailureReason: 'AlgorithmError: exit code 1',
            Metadata: {
              ProcessingJob: { Arn: 'arn:aws:sagemaker:eu-central-1:123456789012:processing-job/prepare-1' },
            },
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

describe('a training that cannot succeed', () => {
  const account = (sent: Sent[]) =>
    fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: 'none' } },
        ListObjectVersionsCommand: quarter('JFK'),
        PutObjectCommand: {},
      },
      sent,
    );
  const uploads = (sent: readonly Sent[]) => sent.filter(({ name }) => /^(Put|Start)/.test(name));

  it.each<[string, { airports: string[]; from?: string; until: string }, RegExp]>([
    [
      'of an airport that the workflow does not know',
      { airports: ['JFK', 'SFO'], until: '2013-04' },
      /does not know SFO: its airports are JFK, LGA/,
    ],
    [
      'of an airport without curated flights',
      { airports: ['JFK', 'LGA'], until: '2013-04' },
      /no curated flights of LGA until 2013-04/,
    ],
    [
      'on months that are not there',
      { airports: ['JFK'], from: '2014-01', until: '2014-07' },
      /no curated flights of JFK from 2014-01 until 2014-07/,
    ],
    [
      'on fewer months than the split needs',
      { airports: ['JFK'], until: '2013-03' },
      /only 2 months of curated flights until 2013-03/,
    ],
  ])('%s is refused before anything is started', async (_, options, message) => {
    const sent: Sent[] = [];
    await expect(train(account(sent), { ...options, wait: false }, recordedOutput())).rejects.toThrow(message);
    expect(uploads(sent)).toEqual([]);
  });
});

describe('approve', () => {
  it('follows the execution that the approval started, and no other', async () => {
    let approved = false;
    const executions: Record<string, string> = { old: packageArn(2), other: packageArn(1), own: packageArn(2) };
    const context = fakeContext({
      ListModelPackagesCommand: packages('Approved', 'PendingManualApproval'),
      UpdateModelPackageCommand: () => ((approved = true), {}),
      ListExecutionsCommand: () => ({
        executions: (approved ? ['own', 'other', 'old'] : ['old']).map((executionArn) => ({ executionArn })),
      }),
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
    const context = fakeContext(
      {
        ListModelPackagesCommand: packages('PendingManualApproval'),
        UpdateModelPackageCommand: {},
        ListExecutionsCommand: {},
      },
      sent,
    );
    const result = await approve(context, { version: 1, note: 'no', reject: true }, recordedOutput());
    expect(result.approval).toBe('Rejected');
    expect(sent.find((one) => one.name === 'UpdateModelPackageCommand')?.input).toMatchObject({
      ModelApprovalStatus: 'Rejected',
      ApprovalDescription: 'no',
    });
  });

  it('says which versions there are', async () => {
    const context = fakeContext({ ListModelPackagesCommand: packages('Approved', 'Approved') });
    await expect(approve(context, { version: 7, note: 'x' }, recordedOutput())).rejects.toThrow(
      'There is no version 7; registered: 2, 1.',
    );
  });
});

describe('wake', () => {
  const parameters = (state: string) => ({
    GetParameterCommand: ({ Name }: Record<string, unknown>) => ({
      Parameter: { Value: Name === '/state' ? state : packageArn(2) },
    }),
  });

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
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(
      JSON.stringify({ detail: { ModelPackageArn: packageArn(2) } }),
    );
  });

  it.each([
    ['is awake', sleeper],
    ['never sleeps', {}],
  ])('does nothing where the endpoint %s', async (_, deployment) => {
    const sent: Sent[] = [];
    const there = { DescribeEndpointCommand: { EndpointStatus: 'InService' } };
    const context = fakeContext({ ...deployment, ...parameters('awake'), ...there }, sent);
    expect(await wake(context, {}, recordedOutput())).toEqual({
      version: 2,
      outcome: { result: 'NothingToDo', detail: 'The endpoint exists; version 2 is live.' },
    });
    expect(sent.map(({ name }) => name)).not.toContain('StartExecutionCommand');
  });

  it('removes an endpoint that was deleted by hand from its stack, then releases the live version', async () => {
    const sent: Sent[] = [];
    const released = { outcome: { result: 'Released', detail: 'as recorded' } };
    const stack = {
      ...sleeper.DescribeStacksCommand.Stacks[0],
      StackStatus: 'UPDATE_COMPLETE',
      Parameters: [{ ParameterKey: 'ApprovedModelPackage' }, { ParameterKey: 'ChallengerModelPackage' }],
    };
    const context = fakeContext(
      {
        DescribeStacksCommand: { Stacks: [stack] },
        ...parameters('awake'),
        DescribeEndpointCommand: () => {
          throw awsError('ValidationException', 'Could not find endpoint "endpoint".');
        },
        UpdateStackCommand: {},
        PutParameterCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'SUCCEEDED', output: JSON.stringify(released) },
        GetExecutionHistoryCommand: { events: [] },
      },
      sent,
    );
    expect(await wake(context, {}, recordedOutput())).toMatchObject({ version: 2, ...released });
    const changes = sent.filter(({ name }) => /^(Update|Put|Start)/.test(name));
    expect(changes.map(({ name }) => name)).toEqual([
      'UpdateStackCommand',
      'PutParameterCommand',
      'StartExecutionCommand',
    ]);
    expect(changes[0]?.input).toMatchObject({
      UsePreviousTemplate: true,
      Parameters: [
        { ParameterKey: 'ApprovedModelPackage', ParameterValue: 'none' },
        { ParameterKey: 'ChallengerModelPackage', UsePreviousValue: true },
      ],
    });
    expect(changes[1]?.input).toMatchObject({ Name: '/mla-blueprint/approved', Value: 'none' });
    expect(changes[2]?.input.input).toBe(JSON.stringify({ detail: { ModelPackageArn: packageArn(2) } }));
  });
});

describe('rollback', () => {
  it('rolls back to the newest approved version below the live one, and skips rejected ones', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(4) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Rejected', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: { status: 'FAILED', error: 'RolledBack', cause: 'did not prove itself' },
        GetExecutionHistoryCommand: {
          events: [
            {
              stateEnteredEventDetails: {
                name: 'RolledBack',
                input: JSON.stringify({ outcome: { result: 'RolledBack', detail: 'an alarm fired' } }),
              },
            },
          ],
        },
      },
      sent,
    );
    const result = await rollback(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe(
      JSON.stringify({ rollback: true, detail: { ModelPackageArn: packageArn(2) } }),
    );
    expect(result).toMatchObject({ from: 4, to: 2, outcome: { result: 'RolledBack', detail: 'an alarm fired' } });
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
      {
        GetParameterCommand: { Parameter: { Value: live } },
        ListModelPackagesCommand: list,
        DescribeModelPackageCommand: { ApprovalDescription: 'an alarm fired' },
      },
      sent,
    );
    await expect(rollback(context, options, recordedOutput())).rejects.toThrow(message);
    expect(sent.map((one) => one.name)).not.toContain('UpdateModelPackageCommand');
  });

  it('rejects every newer version before it releases an earlier one', async () => {
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetParameterCommand: { Parameter: { Value: packageArn(3) } },
        ListModelPackagesCommand: packages('Approved', 'Approved', 'Approved', 'Approved'),
        UpdateModelPackageCommand: {},
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: {
          status: 'SUCCEEDED',
          output: JSON.stringify({ outcome: { result: 'Released', detail: 'as evaluated' } }),
        },
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
    const context = fakeContext({
      GetParameterCommand: { Parameter: { Value: packageArn(1) } },
      ListModelPackagesCommand: packages('Approved', 'Rejected'),
    });
    expect(await rollback(context, { to: 1 }, recordedOutput())).toEqual({
      from: 1,
      to: 1,
      outcome: { result: 'NothingToDo', detail: 'Version 1 is live already.' },
    });
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
        throw awsError('ModelError', 'Received client error (400)', {
          OriginalStatusCode: 400,
          OriginalMessage: 'row 1 has 1 values, expected 18',
        });
      },
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toThrow(
      'The model refused the request (400): row 1 has 1 values, expected 18',
    );
  });

  it.each([
    [
      'asleep',
      /was taken down because nobody used it/,
      'Create it again, which takes some minutes: npm run mlops -- wake',
    ],
    [
      'awake',
      /does not exist/,
      'No model is live yet? npm run mlops -- approve latest --note "...". Was the endpoint deleted? npm run mlops -- wake',
    ],
  ])('says what to do about an endpoint that is gone (%s)', async (state, message, remedy) => {
    const file = join(folder, 'request.csv');
    writeFileSync(file, 'B6\n');
    const InvokeEndpointCommand = () => {
      throw awsError('ValidationError', 'Endpoint endpoint of account 123456789012 not found.');
    };
    const context = fakeContext({
      ...sleeper,
      InvokeEndpointCommand,
      GetParameterCommand: { Parameter: { Value: state } },
    });
    await expect(invoke(context, { file }, recordedOutput())).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      remedy,
    });
  });

  it("sends the contract's columns in the catalog's order and returns the outcome with each prediction", async () => {
    writeFileSync(
      join(folder, 'flights-abc.csv.gz'),
      gzipSync(
        'flight_id,origin,carrier,date,maker,arr_delay\nABC-1,ABC,AA,2013-07-01,"A, B",14\nABC-2,ABC,DL,2013-07-02,C,\n',
      ),
    );
    const sent: Sent[] = [];
    const context = fakeContext(
      {
        GetTablesCommand: {
          TableList: [
            {
              StorageDescriptor: {
                Columns: ['flight_id', 'origin', 'maker', 'carrier', 'disrupted'].map((Name) => ({ Name })),
              },
            },
          ],
        },
        InvokeEndpointCommand: ({ InferenceId }: { InferenceId: string }) => ({
          Body: Buffer.from(InferenceId === 'ABC-1' ? '0.2,on_time,3\n' : '0.9,disrupted,3\n'),
          ContentType: 'text/csv',
        }),
      },
      sent,
      { dataFolder: folder },
    );
    const { predictions } = await invoke(
      context,
      { sample: { airport: 'ABC', month: '2013-07', rows: 2 } },
      recordedOutput(),
    );
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
  // Four records: one holds a line end, and there is an empty line.
  beforeAll(() => writeFileSync(file, 'flight_id,tailnum\r\n1,a\r\n2,"b\nb"\r\n\r\n3,c\r\n4,d\r\n'));

  /** An account whose curation writes what is given, after some looks. */
  const account = (written: { good?: object; bad?: object; lines?: object[]; newest?: string }, sent: Sent[] = []) => {
    let looks = 0;
    return fakeContext(
      {
        PutObjectCommand: { VersionId: 'v2' },
        HeadObjectCommand: ({ Key }: { Key: string }) => {
          looks += 1;
          if (Key.startsWith('raw')) return { VersionId: written.newest ?? 'v2' };
          const metadata = Key.startsWith('curated') ? written.good : written.bad;
          // What is there before is of the version before.
          if (looks < 6) return { Metadata: { 'raw-version': 'v1', rows: '9', refused: 'WRONG_HEADER' } };
          return metadata === undefined ? notThere() : { Metadata: { 'raw-version': 'v2', ...metadata } };
        },
        GetObjectCommand: body((written.lines ?? []).map((line) => `${JSON.stringify(line)}\n`).join('')),
      },
      sent,
    );
  };

  it('waits for the curation of the version that it uploaded', async () => {
    const context = account({
      good: { rows: '3' },
      bad: {},
      lines: [{ line: 3, reason: 'RAGGED_ROW', detail: '1 values, expected 2', row: '2' }],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, recordedOutput());
    expect(files).toEqual([
      expect.objectContaining({ rowsSent: 4, rowsCurated: 3, rowsQuarantined: 1, reasons: { RAGGED_ROW: 1 } }),
    ]);
    expect(files[0]).not.toHaveProperty('refused');
  });

  it('shows a table of reasons at once when no row is good', async () => {
    const output = recordedOutput();
    const wrong = (line: number) => ({
      line,
      reason: 'OUTSIDE_PARTITION',
      detail: 'JFK 2013-02 in the file of JFK 2013-07',
      row: '',
    });
    const context = account({
      bad: { refused: 'NO_GOOD_ROW' },
      lines: [
        { line: 2, reason: 'WRONG_TYPE', detail: 'column dest: "Miami" is not a category', row: '' },
        wrong(3),
        wrong(4),
        wrong(5),
      ],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, output);
    expect(files).toMatchObject([
      {
        rowsCurated: 0,
        rowsQuarantined: 4,
        refused: 'NO_GOOD_ROW',
        reasons: { OUTSIDE_PARTITION: 3, WRONG_TYPE: 1 },
        curatedKeys: [],
      },
    ]);
    const at = output.lines.findIndex((line) => line.includes('s3://curated/quarantine/flights/JFK/2013-07.jsonl'));
    expect(output.lines.slice(at + 1, at + 4).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['reason', 'rows', 'first line', 'such as'],
      ['OUTSIDE_PARTITION', '3', '3', 'JFK 2013-02 in the file of JFK 2013-07'],
      ['WRONG_TYPE', '1', '2', 'column dest: "Miami" is not a category'],
    ]);
  });

  it('shows why a file is refused as a whole', async () => {
    const output = recordedOutput();
    const context = account({
      bad: { refused: 'WRONG_HEADER' },
      lines: [{ line: 0, reason: 'WRONG_HEADER', detail: 'missing carrier', row: '' }],
    });
    const { files } = await ingest(context, { airport: 'JFK', files: [file] }, output);
    expect(files).toMatchObject([{ rowsCurated: 0, rowsQuarantined: 0, refused: 'WRONG_HEADER', curatedKeys: [] }]);
    expect(output.lines.join('\n')).toMatch(/WRONG_HEADER +all +missing carrier/);
  });

  it('ends with 1 when nothing of a file is curated', () => {
    const result = (rowsCurated: number) => ({
      files: [
        {
          key: 'k',
          sha256: '',
          rowsSent: 9,
          rowsCurated: 9,
          rowsQuarantined: 0,
          reasons: {},
          details: {},
          curatedKeys: ['c'],
        },
        {
          key: 'k',
          sha256: '',
          rowsSent: 9,
          rowsCurated,
          rowsQuarantined: 9,
          reasons: {},
          details: {},
          curatedKeys: [],
        },
      ],
    });
    expect(ingestCommand.succeeded?.(result(0))).toBe(false);
    expect(ingestCommand.succeeded?.(result(1))).toBe(true);
  });

  it('does not wait for a version that somebody overwrote before it was curated', async () => {
    await expect(
      ingest(account({ newest: 'v3' }), { airport: 'JFK', files: [file] }, recordedOutput()),
    ).rejects.toThrow(/Somebody delivered raw\/flights\/JFK\/2013-07.csv again/);
  });

  it('refuses an airport that the workflow does not know before anything is sent', async () => {
    const sent: Sent[] = [];
    await expect(ingest(account({}, sent), { airport: 'EWR', files: [file] }, recordedOutput())).rejects.toThrow(
      /does not know EWR: its airports are JFK, LGA/,
    );
    expect(sent.map(({ name }) => name)).not.toContain('PutObjectCommand');
  });

  it('prints that it still waits', async () => {
    const output = recordedOutput();
    let now = 0;
    jest.spyOn(Date, 'now').mockImplementation(() => (now += 10_000));
    await ingest(account({ good: { rows: '4' } }), { airport: 'JFK', files: [file] }, output).finally(() =>
      jest.restoreAllMocks(),
    );
    expect(output.lines).toContain('Still waiting for raw/flights/JFK/2013-07.csv to be curated (20 s)');
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
          Contents: ['2013/09/03/14/a.jsonl', '2013/09/03/09/b.jsonl', '2013/08/30/23/c.jsonl'].map((key) => ({
            Key: `capture/endpoint/AllTraffic/${key}`,
          })),
        },
        StartExecutionCommand: { executionArn: 'e' },
        DescribeExecutionCommand: {
          status: 'SUCCEEDED',
          output: JSON.stringify({ job: { name: 'job' }, outcome: { result: 'Drift', detail: '1' } }),
        },
        GetExecutionHistoryCommand: { events: [] },
        GetObjectCommand: ({ Key }: { Key: string }) => {
          const files: Record<string, unknown> = {
            'constraint_violations.json': {
              violations: [
                { feature_name: 'carrier', constraint_check_type: 'baseline_drift_check', description: 'far' },
              ],
            },
            'metrics.json': [{ name: 'feature_baseline_drift_carrier', value: 0.3 }],
            'constraints.json': {
              monitoring_config: {
                distribution_constraints: { perform_comparison: 'Enabled', comparison_threshold: 0.25 },
              },
              features: [{ name: 'carrier' }],
            },
          };
          return body(JSON.stringify(files[Key.split('/').at(-1) ?? '']));
        },
        DescribeAlarmsCommand: { MetricAlarms: [{ StateValue: 'ALARM', StateReason: 'crossed' }] },
      },
      sent,
    );
    const result = await drift(context, {}, recordedOutput());
    expect(sent.find((one) => one.name === 'StartExecutionCommand')?.input.input).toBe('{"hour":"2013-09-03T14"}');
    expect(result).toMatchObject({
      hour: '2013-09-03T14',
      violations: [{ feature_name: 'carrier' }],
      limits: { carrier: 0.25 },
      alarm: { state: 'ALARM' },
    });
  });
});

describe('verify-teardown', () => {
  const nothing = {
    DescribeStacksCommand: () => {
      throw awsError('ValidationError', 'Stack with id x does not exist');
    },
    ListBucketsCommand: {},
    ListEndpointsCommand: {},
    ListEndpointConfigsCommand: {},
    ListModelsCommand: {},
    ListModelPackageGroupsCommand: {},
    ListPipelinesCommand: {},
    ListTransformJobsCommand: {},
    ListStateMachinesCommand: {},
    ListRulesCommand: {},
    DescribeResourcePoliciesCommand: {},
    DescribeParametersCommand: {},
    DescribeAlarmsCommand: {},
    DescribeLogGroupsCommand: {},
    DescribeVpcsCommand: {},
    ListKeysCommand: {},
  };

  it('succeeds when only keys wait for their deletion', async () => {
    const context = fakeContext({
      ...nothing,
      ListKeysCommand: { Keys: [{ KeyId: 'k' }] },
      DescribeKeyCommand: { KeyMetadata: { KeyState: 'PendingDeletion', DeletionDate: new Date('2013-10-01') } },
    });
    const { left, expected } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'key pending deletion', name: 'k until 2013-10-01' }]);
  });

  it('says how to delete a Serving stack whose role is gone', async () => {
    const output = recordedOutput();
    const stack = ({ StackName }: { StackName?: string }) => {
      if (StackName !== 'MlaBlueprint-Serving') throw awsError('ValidationError', 'Stack with id x does not exist');
      return { Stacks: [{ StackName, StackStatus: 'UPDATE_COMPLETE' }] };
    };
    await verifyTeardown(fakeContext({ ...nothing, DescribeStacksCommand: stack }), {}, output);
    expect(output.lines.join('\n')).toContain(
      'aws cloudformation delete-stack --stack-name MlaBlueprint-Serving --role-arn',
    );
  });

  it('names the running executions that keep a state machine', async () => {
    const output = recordedOutput();
    const { left } = await verifyTeardown(
      fakeContext({
        ...nothing,
        ListStateMachinesCommand: {
          stateMachines: [
            { name: 'mla-blueprint-release', stateMachineArn: 'machine' },
            { name: 'foreign', stateMachineArn: 'foreign' },
          ],
        },
        ListExecutionsCommand: ({ stateMachineArn }: { stateMachineArn?: string }) => ({
          executions: [{ executionArn: `${stateMachineArn}:one` }],
        }),
      }),
      {},
      output,
    );
    expect(left).toEqual([{ kind: 'state machine', name: 'mla-blueprint-release (running: machine:one)' }]);
    expect(output.lines.join('\n')).toContain('aws stepfunctions stop-execution --execution-arn');
  });

  it('leaves what Step Functions shares between the state machines of the account', async () => {
    const { left, expected } = await verifyTeardown(
      fakeContext({
        ...nothing,
        ListRulesCommand: { Rules: [{ Name: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule' }] },
        DescribeResourcePoliciesCommand: {
          resourcePolicies: [{ policyName: 'AWSLogDeliveryWrite20150319' }, { policyName: 'foreign' }],
        },
      }),
      {},
      recordedOutput(),
    );
    expect(left).toEqual([]);
    expect(expected).toEqual([
      { kind: 'managed rule', name: 'StepFunctionsGetEventsForSageMakerProcessingJobsRule' },
      { kind: 'log resource policy', name: 'AWSLogDeliveryWrite20150319' },
    ]);
  });

  it('names the records that AWS keeps', async () => {
    const TransformJobSummaries = [
      { TransformJobName: 'mla-blueprint-batch-1' },
      { TransformJobName: 'not-mla-blueprint-batch' },
    ];
    const { left, expected } = await verifyTeardown(
      fakeContext({ ...nothing, ListTransformJobsCommand: { TransformJobSummaries } }),
      {},
      recordedOutput(),
    );
    expect(left).toEqual([]);
    expect(expected).toEqual([{ kind: 'transform job record', name: 'mla-blueprint-batch-1' }]);
  });

  it("lists the workflow's bucket and a network interface that SageMaker still holds, and nothing else", async () => {
    const context = fakeContext({
      ...nothing,
      ListBucketsCommand: { Buckets: [{ Name: 'mlablueprint-datalake-raw' }, { Name: 'holiday-photos' }] },
      DescribeVpcsCommand: { Vpcs: [{ VpcId: 'vpc-1' }] },
      DescribeNetworkInterfacesCommand: {
        NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', Description: 'SageMaker' }],
      },
    });
    const { left } = await verifyTeardown(context, {}, recordedOutput());
    expect(left).toEqual([
      { kind: 'bucket', name: 'mlablueprint-datalake-raw' },
      { kind: 'network interface', name: 'eni-1 (SageMaker)' },
    ]);
  });
});
