import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchStopJobRunCommand,
  CreateDatabaseCommand,
  CreateDataQualityRulesetCommand,
  CreateJobCommand,
  type CreateJobCommandInput,
  CreatePartitionCommand,
  CreateTableCommand,
  GetDataQualityResultCommand,
  GetDataQualityRulesetEvaluationRunCommand,
  GetJobCommand,
  GetJobRunCommand,
  GetJobRunsCommand,
  GetTablesCommand,
  GlueClient,
  type JobRun,
  StartDataQualityRulesetEvaluationRunCommand,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { VirtualClock } from '../../events/clock';
import { type PlatformHost, startPlatform } from '../../gateway/platform-host';
import { GlueService } from '../../glue/service';
import type { BusEvent } from '../../platform';
import { clientOf, testPython } from '../fixtures/test-platform';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Spark`;
const BUCKET = 'lake';

/** Counts cities, and prints what it was given. */
const SCRIPT = `
import sys
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession

options = getResolvedOptions(sys.argv, ["JOB_NAME", "source", "target"])
spark = SparkSession.builder.getOrCreate()
spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
rows = spark.read.csv(options["source"], header=True, inferSchema=True)
if "--fail" in sys.argv:
    raise ValueError("the delivery is empty")
rows.write.mode("overwrite").partitionBy("country").parquet(options["target"])
print(options["JOB_NAME"], rows.count())
`;

const trust = (service: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
});

const data = {
  Action: ['s3:GetObject', 's3:ListBucket'],
  Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
};
const write = { Action: ['s3:PutObject', 's3:DeleteObject'], Resource: [`arn:aws:s3:::${BUCKET}/out/*`] };
const others = [
  { Action: ['logs:*', 'glue:GetTable', 'glue:GetPartitions', 'glue:PublishDataQuality'], Resource: ['*'] },
];

describe('Glue', () => {
  let host: PlatformHost;
  let service: GlueService;
  let glue: GlueClient;
  let s3: S3Client;
  const events: BusEvent[] = [];

  const permit = (
    ...statements: readonly { readonly Action: readonly string[]; readonly Resource: readonly string[] }[]
  ) =>
    host.policies.putInlinePolicy(ROLE, 'inline', {
      Version: '2012-10-17',
      Statement: statements.map((one) => ({ Effect: 'Allow', ...one })),
    });
  const job = (more: Partial<CreateJobCommandInput> = {}) =>
    new CreateJobCommand({
      Name: 'count',
      Role: 'Spark',
      Command: { Name: 'glueetl', ScriptLocation: `s3://${BUCKET}/count.py` },
      GlueVersion: '5.0',
      WorkerType: 'G.1X',
      NumberOfWorkers: 2,
      DefaultArguments: { '--source': `s3://${BUCKET}/in/`, '--target': `s3://${BUCKET}/out/` },
      ...more,
    });
  const started = async (more: Readonly<Record<string, string>> = {}, JobName = 'count'): Promise<JobRun> => {
    const { JobRunId: RunId } = await glue.send(new StartJobRunCommand({ JobName, Arguments: more }));
    for (;;) {
      const { JobRun } = await glue.send(new GetJobRunCommand({ JobName, RunId }));
      if (!['STARTING', 'RUNNING', 'STOPPING'].includes(JobRun?.JobRunState ?? '')) return JobRun!;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const keys = async (Prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }))).Contents ?? []).map(({ Key = '' }) => Key);

  beforeAll(async () => {
    const clock = VirtualClock.pausedAt(Date.parse('2030-03-01T10:00:00Z'));
    host = await startPlatform({
      folder: mkdtempSync(join(tmpdir(), 'local-account-glue-')),
      python: await testPython(),
      region: 'eu-west-1',
      clock,
    });
    host.onEvent((event) => events.push(event));
    service = new GlueService(host.platform);
    host.registerService(service);
    host.policies.putRole({ arn: ROLE, trust: trust('glue.amazonaws.com') });
    permit(data, write, ...others);
    glue = new GlueClient(clientOf(host));
    s3 = new S3Client({ ...clientOf(host), forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    );
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'count.py', Body: SCRIPT }));
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'in/a.csv', Body: 'id,country\n1,DE\n2,FR\n3,DE\n' }));
    await glue.send(job());
  }, 300_000);
  afterAll(async () => {
    await service.stop();
    await host.stop();
  });

  it('runs a script on Spark as its role, and stores what it writes', async () => {
    const run = await started();
    expect(run).toMatchObject({ JobRunState: 'SUCCEEDED', GlueVersion: '5.0', WorkerType: 'G.1X', Attempt: 0 });
    const written = await keys('out/');
    expect(written.filter((key) => key.endsWith('.parquet')).map((key) => key.split('/')[1])).toEqual([
      'country=DE',
      'country=FR',
    ]);
    await host.settled();
    const { events: lines } = await new CloudWatchLogsClient(clientOf(host)).send(
      new GetLogEventsCommand({ logGroupName: '/aws-glue/jobs/output', logStreamName: run.Id }),
    );
    expect(lines?.map(({ message }) => message)).toContain('count 3');
    expect(events.at(-1)).toMatchObject({ source: 'aws.glue', detail: { state: 'SUCCEEDED', jobName: 'count' } });
  }, 300_000);

  it('replaces the partitions that a run writes, and no other', async () => {
    const before = await keys('out/');
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'in/a.csv', Body: 'id,country\n4,DE\n' }));
    expect(await started()).toMatchObject({ JobRunState: 'SUCCEEDED' });
    const after = await keys('out/');
    const of = (all: readonly string[], country: string) => all.filter((key) => key.includes(`country=${country}`));
    expect(of(after, 'FR')).toEqual(of(before, 'FR'));
    expect(of(after, 'DE')).toHaveLength(1);
    expect(of(after, 'DE')).not.toEqual(of(before, 'DE'));
  }, 300_000);

  it('evaluates a ruleset on the registered partitions of a table', async () => {
    const StorageDescriptor = {
      Columns: [{ Name: 'id', Type: 'int' }],
      Location: `s3://${BUCKET}/out/`,
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
    };
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }));
    const TableInput = { Name: 'cities', StorageDescriptor, PartitionKeys: [{ Name: 'country', Type: 'string' }] };
    await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }));
    for (const country of ['DE', 'FR'])
      await glue.send(
        new CreatePartitionCommand({
          DatabaseName: 'db',
          TableName: 'cities',
          PartitionInput: {
            Values: [country],
            StorageDescriptor: { ...StorageDescriptor, Location: `s3://${BUCKET}/out/country=${country}/` },
          },
        }),
      );
    const Ruleset = 'Rules = [ RowCount = 2, IsUnique "id", ColumnValues "country" in ["DE"] with threshold > 0.6 ]';
    await glue.send(new CreateDataQualityRulesetCommand({ Name: 'rules', Ruleset }));
    const { RunId } = await glue.send(
      new StartDataQualityRulesetEvaluationRunCommand({
        DataSource: { GlueTable: { DatabaseName: 'db', TableName: 'cities' } },
        Role: ROLE,
        RulesetNames: ['rules'],
      }),
    );
    let run = await glue.send(new GetDataQualityRulesetEvaluationRunCommand({ RunId }));
    while (run.Status !== 'SUCCEEDED' && run.Status !== 'FAILED') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      run = await glue.send(new GetDataQualityRulesetEvaluationRunCommand({ RunId }));
    }
    expect(run).toMatchObject({ Status: 'SUCCEEDED' });
    const result = await glue.send(new GetDataQualityResultCommand({ ResultId: run.ResultIds?.[0] }));
    expect(result.RuleResults?.map((one) => [one.Description, one.Result])).toEqual([
      ['RowCount = 2', 'PASS'],
      ['IsUnique "id"', 'PASS'],
      ['ColumnValues "country" in ["DE"] with threshold > 0.6', 'FAIL'],
    ]);
    expect(events.at(-1)).toMatchObject({
      source: 'aws.glue-dataquality',
      detail: { state: 'FAILED', rulesSucceeded: 2, rulesFailed: 1 },
    });
  }, 60_000);

  it('says what a script failed of, and tries again', async () => {
    await glue.send(job({ Name: 'twice', MaxRetries: 1 }));
    const run = await started({ '--fail': 'true' }, 'twice');
    expect(run).toMatchObject({ JobRunState: 'FAILED', ErrorMessage: 'ValueError: the delivery is empty' });
    const { JobRuns } = await glue.send(new GetJobRunsCommand({ JobName: 'twice' }));
    expect(JobRuns?.[0]).toMatchObject({ Id: `${run.Id}_attempt_1`, Attempt: 1, PreviousRunId: run.Id });
  }, 300_000);

  it('denies what the role may not write', async () => {
    permit(data, ...others);
    const run = await started();
    expect(run.JobRunState).toBe('FAILED');
    expect(run.ErrorMessage).toMatch(/AccessDenied/);
    permit(data, write, ...others);
  }, 300_000);

  it('stops a run', async () => {
    const { JobRunId = '' } = await glue.send(new StartJobRunCommand({ JobName: 'count' }));
    await expect(glue.send(new StartJobRunCommand({ JobName: 'count' }))).rejects.toThrow(
      'Concurrent runs exceeded for count',
    );
    await glue.send(new BatchStopJobRunCommand({ JobName: 'count', JobRunIds: [JobRunId] }));
    let state: string | undefined;
    do {
      await new Promise((resolve) => setTimeout(resolve, 50));
      state = (await glue.send(new GetJobRunCommand({ JobName: 'count', RunId: JobRunId }))).JobRun?.JobRunState;
    } while (state === 'STOPPING');
    expect(state).toBe('STOPPED');
  }, 60_000);

  it('fails a run that cannot be launched', async () => {
    const Command = { Name: 'glueetl', ScriptLocation: `s3://${BUCKET}/none.py` };
    await glue.send(job({ Name: 'missing', Command }));
    expect(await started({}, 'missing')).toMatchObject({
      JobRunState: 'FAILED',
      ErrorMessage: expect.stringMatching(/^LAUNCH ERROR \| .*key: none\.py/) as string,
    });
    host.policies.putRole({ arn: `arn:aws:iam::${ACCOUNT}:role/Closed`, trust: trust('ec2.amazonaws.com') });
    await glue.send(job({ Name: 'closed', Role: 'Closed' }));
    expect((await started({}, 'closed')).ErrorMessage).toMatch('should be given assume role permissions for Glue');
  });

  it.each<[string, Partial<CreateJobCommandInput>]>([
    [
      'the command pythonshell is not supported',
      { Command: { Name: 'pythonshell', ScriptLocation: `s3://${BUCKET}/a` } },
    ],
    ['GlueVersion 4.0 is not supported', { GlueVersion: '4.0' }],
    ['the argument --extra-py-files is not supported', { DefaultArguments: { '--extra-py-files': 's3://a/b' } }],
    [
      '--job-bookmark-option job-bookmark-enable is not',
      { DefaultArguments: { '--job-bookmark-option': 'job-bookmark-enable' } },
    ],
    ['Connections is not supported', { Connections: { Connections: ['vpc'] } }],
    ['Security Configuration none not found', { SecurityConfiguration: 'none' }],
    ['Number of workers must be at least 2', { NumberOfWorkers: 1 }],
  ])('refuses a job: %s', async (message, more) => {
    await expect(glue.send(job({ Name: 'other', ...more }))).rejects.toThrow(message);
  });

  it('refuses a ruleset that it cannot evaluate, and leaves the catalog to the store', async () => {
    const Ruleset = 'Rules = [ CustomSql "select 1" > 0 ]';
    await expect(glue.send(new CreateDataQualityRulesetCommand({ Name: 'other', Ruleset }))).rejects.toThrow(
      'the rule type CustomSql is not supported by the local account',
    );
    await expect(glue.send(new GetJobCommand({ JobName: 'none' }))).rejects.toThrow('Job with name: none not found');
    const { TableList } = await glue.send(new GetTablesCommand({ DatabaseName: 'db' }));
    expect(TableList?.map(({ Name }) => Name)).toEqual(['cities']);
  });
});
