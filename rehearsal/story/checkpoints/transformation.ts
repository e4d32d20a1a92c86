import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetJobRunsCommand } from '@aws-sdk/client-glue';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeProcessingJobCommand } from '@aws-sdk/client-sagemaker';
import { ParquetReader } from 'local-account/parquet/parquet-reader';
import { buildTrainingSet } from '../../../operator/commands/build-training-set';
import { ingest } from '../../../operator/commands/ingest';
import { train } from '../../../operator/commands/train';
import { listUnder } from '../../../operator/storage';
import { type Checkpoint, type CheckpointContext, expect, expectSome } from '../checkpoint';
import { ingestMonths } from './data';
import { deploy } from './deployment';

const window = { airports: ['JFK', 'LGA'], from: '2013-01', until: '2013-04' } as const;
const prefix = 'training-set/';

const ingested: Checkpoint = {
  id: 'ingest-winter',
  sentence: 'Three months of Kennedy and LaGuardia arrive as raw files and are curated.',
  topics: ['FLOW-02', 'DATA-03'],
  async run(stage) {
    await ingestMonths(stage, 'JFK', window.from, window.until);
    await ingestMonths(stage, 'LGA', window.from, window.until);
  },
};

const built: Checkpoint = {
  id: 'build',
  sentence:
    'A Glue job on Spark builds the training set as Parquet by airport and month, as its own role; every rule on its quality holds.',
  topics: ['SVC-11', 'DATADEC-01', 'DATA-02', 'DATA-06'],
  async run(stage) {
    const { outcome } = await buildTrainingSet(stage.operator, window, stage.output);
    expect(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    const files = await parquetFiles(stage);
    const partitions = new Set(files.map((key) => key.slice(prefix.length, key.lastIndexOf('/'))));
    expect(partitions.size === 6, `${partitions.size} partitions: ${[...partitions].join(', ')}`);
    const { JobRuns } = await stage.operator.clients.glue.send(
      new GetJobRunsCommand({ JobName: await jobName(stage) }),
    );
    stage.note('partitions', partitions.size);
    stage.note('seconds of the job', JobRuns?.[0]?.ExecutionTime ?? 0);
    stage.note('rules', outcome.detail);
  },
};

const repeated: Checkpoint = {
  id: 'build-again',
  sentence: 'The job runs again for one month: it replaces that month, and no other partition changes.',
  topics: ['PREP-02', 'MLOPS-02'],
  async run(stage) {
    const before = await parquetFiles(stage);
    const again = { ...window, from: '2013-03' };
    const { outcome } = await buildTrainingSet(stage.operator, again, stage.output);
    expect(outcome.result === 'Complete', `${outcome.result}: ${outcome.detail}`);
    const after = await parquetFiles(stage);
    const of = (keys: readonly string[], march: boolean) => keys.filter((key) => key.includes('2013-03') === march);
    expect(of(before, false).join() === of(after, false).join(), 'a partition of another month was replaced');
    expect(of(after, true).length === 2, `${of(after, true).length} files of March`);
    expect(!of(after, true).some((key) => before.includes(key)), 'March was not replaced');
    stage.note('files replaced', 2);
  },
};

const alike: Checkpoint = {
  id: 'same-rows',
  sentence: "The rows that Spark wrote are PrepareData's, to the last bit of each value.",
  topics: ['FEAT-04', 'DEPLOYCHK-05'],
  async run(stage) {
    const { operator, output } = stage;
    const { steps } = await train(operator, window, output);
    const step = expectSome(
      steps.find(({ name }) => name === 'PrepareData'),
      'PrepareData',
    );
    expect(step.jobArn !== undefined, `PrepareData is ${step.status}: ${step.failureReason ?? ''}`);
    const prepared = await preparedRows(stage, step.jobArn);
    const spark = await sparkRows(stage);
    expect(spark.size === prepared.size, `${spark.size} rows of Spark, ${prepared.size} of PrepareData`);
    let compared = 0;
    for (const [id, row] of prepared) {
      const other = expectSome(spark.get(id), `${id} in the training set`);
      for (const [name, text] of Object.entries(row)) {
        expect(
          sameValue(text, other[name]),
          `${id}: ${name} is "${text}" of PrepareData, ${String(other[name])} of Spark`,
        );
        compared += 1;
      }
    }
    stage.note('rows', prepared.size);
    stage.note('values compared', compared);
  },
};

const stopped: Checkpoint = {
  id: 'bad-delivery',
  sentence:
    'A month arrives without its weather: each row is valid, so curation keeps it, but a rule fails, and the execution ends with its name.',
  topics: ['DATA-06', 'FLOW-03', 'DATADEC-05'],
  async run(stage) {
    const { operator, output, rehearsal } = stage;
    const file = withoutWeather(operator.dataFolder, join(rehearsal.folder, 'bad-delivery'));
    const { files } = await ingest(operator, { airport: 'LGA', files: [file] }, output);
    expect((files[0]?.rowsCurated ?? 0) > 0, 'curation kept no row: the rules would see nothing of it');
    const april = { ...window, from: '2013-04', until: '2013-05', airports: ['LGA'] };
    const { run, outcome } = await buildTrainingSet(operator, april, output);
    expect(run.status === 'FAILED', `the execution is ${run.status}`);
    expect(outcome.result === 'RulesFailed', `${outcome.result}: ${outcome.detail}`);
    // A list as text; whether the quotes of a rule are escaped in it depends on who wrote it.
    const failed = [...outcome.detail.matchAll(/(\w+) \\?"(\w+)\\?"/g)].map(
      ([, rule = '', column = '']) => `${rule} ${column}`,
    );
    expect(failed.includes('Completeness temp'), outcome.detail);
    expect(
      failed.every((rule) => rule.startsWith('Completeness')),
      outcome.detail,
    );
    await rehearsal.settled();
    stage.note('rows curated', files[0]?.rowsCurated ?? 0);
    stage.note('rules that failed', failed.join('; '));
  },
};

/** A training set built by Spark, and the rules that it must meet before anything trains on it. */
export const transformation: readonly Checkpoint[] = [deploy, ingested, built, repeated, alike, stopped];

async function jobName({ operator }: CheckpointContext): Promise<string> {
  const arn = await operator.output('DataLake', 'TrainingSetStateMachineArn');
  return arn.slice(arn.lastIndexOf(':') + 1);
}

async function parquetFiles({ operator }: CheckpointContext): Promise<string[]> {
  const bucket = await operator.output('DataLake', 'CuratedBucketName');
  const found = await listUnder(operator, bucket, prefix);
  return found.map(({ key }) => key).filter((key) => key.endsWith('.parquet'));
}

async function bytesOf(s3: S3Client, Bucket: string, Key: string): Promise<Uint8Array> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return expectSome(await Body?.transformToByteArray(), Key);
}

/** The rows of the three sets that PrepareData wrote, as texts, by flight. */
async function preparedRows(
  { operator }: CheckpointContext,
  jobArn: string,
): Promise<Map<string, Record<string, string>>> {
  const ProcessingJobName = jobArn.slice(jobArn.lastIndexOf('/') + 1);
  const { ProcessingOutputConfig } = await operator.clients.sagemaker.send(
    new DescribeProcessingJobCommand({ ProcessingJobName }),
  );
  const rows = new Map<string, Record<string, string>>();
  for (const { OutputName, S3Output } of ProcessingOutputConfig?.Outputs ?? []) {
    if (!['train', 'validation', 'test'].includes(OutputName ?? '')) continue;
    const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(S3Output?.S3Uri ?? '') ?? [];
    const text = Buffer.from(await bytesOf(operator.clients.s3, bucket, `${key}/data.csv`)).toString('utf8');
    const [header = '', ...lines] = text.trim().split('\n');
    const names = header.split(',');
    for (const line of lines) {
      const row = Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value]));
      rows.set(row.flight_id ?? '', row);
    }
  }
  return rows;
}

/** What the job wrote, by flight. */
export async function sparkRows(stage: CheckpointContext): Promise<Map<string, Record<string, unknown>>> {
  const { operator } = stage;
  const bucket = await operator.output('DataLake', 'CuratedBucketName');
  const columns = [
    'flight_id',
    'origin',
    ...(await operator.output('DataLake', 'RequestColumns')).split(','),
    'disrupted',
  ];
  const rows = new Map<string, Record<string, unknown>>();
  const reader = new ParquetReader();
  try {
    for (const key of await parquetFiles(stage)) {
      const bytes = await bytesOf(operator.clients.s3, bucket, key);
      for await (const batch of reader.read(bytes, columns)) {
        for (let at = 0; at < batch.rows; at += 1) {
          const row = Object.fromEntries(columns.map((name) => [name, batch.columns[name]?.[at]]));
          rows.set(String(row.flight_id), row);
        }
      }
    }
  } finally {
    await reader.stop();
  }
  return rows;
}

/** A text of a CSV file and a value of a Parquet file: two doubles are equal only if all their bits are. */
function sameValue(text: string, value: unknown): boolean {
  if (text === '') return value === null;
  if (typeof value === 'number') return Object.is(Number(text), value);
  return text === value;
}

/** LaGuardia's April as its supplier would send it while the weather feed is down. */
function withoutWeather(dataFolder: string, folder: string): string {
  const [header = '', ...lines] = gunzipSync(readFileSync(join(dataFolder, 'flights-lga.csv.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  const names = header.split(',');
  const weather = ['temp', 'dewp', 'humid', 'wind_dir', 'wind_speed', 'wind_gust', 'precip', 'pressure', 'visib'];
  const date = names.indexOf('date');
  const rows = lines
    .map((line) => line.split(','))
    .filter((row) => row[date]?.startsWith('2013-04'))
    .map((row) => row.map((value, at) => (weather.includes(names[at] ?? '') ? '' : value)).join(','));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, '2013-04.csv');
  writeFileSync(file, [header, ...rows].join('\n'));
  return file;
}
