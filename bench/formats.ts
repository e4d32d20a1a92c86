import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  type Channel,
  CreateTrainingJobCommand,
  DescribeTrainingJobCommand,
  type TrainingInputMode,
} from '@aws-sdk/client-sagemaker';
import { containerRequirements, ensurePython } from 'local-account/python/environment';
import { BUCKET, ROLE, SCIKIT_LEARN, Workbench } from 'local-account/test/sagemaker/workbench';
import { measured } from './print-line';
import { seconds } from './process-seconds';

const root = join(__dirname, '..');
const RUNS = 3;

interface FormatResult {
  readonly format: string;
  readonly bytes: number;
  readonly rows: number;
  readonly seconds: number;
  readonly five_seconds: number;
  readonly megabytes: number;
  readonly five_megabytes: number;
}
interface SkipResult {
  readonly what: string;
  readonly read: number;
  readonly of: number;
  readonly seconds: number;
  readonly all_seconds: number;
}

/** Formats of the same flights, and input modes of the same channel (DATA-02: which format when). */
export async function measureFormats(): Promise<void> {
  const python = await ensurePython({
    environments: join(root, '.rehearsal'),
    requirements: containerRequirements,
    progress: (line) => console.log(line),
  });
  const work = mkdtempSync(join(tmpdir(), 'mla-blueprint-formats-'));
  try {
    const { output } = seconds(python, ['bench/formats.py', work]);
    const results = output
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as FormatResult | SkipResult);
    for (const result of results) print(result);
    await measureModes(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function print(result: FormatResult | SkipResult): void {
  if ('format' in result) {
    measured(`${result.format}: size`, (result.bytes / 1e6).toFixed(1), 'MB', {
      details: `${result.rows.toLocaleString('en')} rows`,
    });
    measured(`${result.format}: all columns`, result.seconds.toFixed(2), 's of a processor', {
      details: `${result.megabytes.toFixed(0)} MB`,
    });
    measured(`${result.format}: five columns`, result.five_seconds.toFixed(2), 's of a processor', {
      details: `${result.five_megabytes.toFixed(0)} MB`,
    });
  } else {
    measured(`one month, ${result.what}`, `${result.read} of ${result.of}`, 'read', {
      details: `${result.seconds.toFixed(3)} s of a processor; all: ${result.all_seconds.toFixed(3)} s`,
    });
  }
}

/** Reads a channel from its first byte to its last, or one file of it, and says when. */
const SCRIPT = `
import gzip, json, os, pathlib, time
asked = float(os.environ["ASKED"])
since = lambda: time.time() - asked
start = since()
data = pathlib.Path("/opt/ml/input/data")
files = [data / "train_0"] if os.environ["MODE"] == "Pipe" else sorted(p for p in (data / "train").rglob("part-*"))
first, size = None, 0
for path in files[: int(os.environ["FILES"]) or None]:
    opened = gzip.open(path) if path.name.endswith(".gz") else open(path, "rb")
    with opened as file:
        while chunk := file.read(1 << 20):
            first = first or since()
            size += len(chunk)
pathlib.Path("/opt/ml/checkpoints/result.json").write_text(json.dumps({"start": start, "first": first, "last": since(), "size": size}))
`;

interface Times {
  readonly start: number;
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** File, FastFile and Pipe in the local account: its own store and this computer's disk, not S3 and EBS. */
async function measureModes(work: string): Promise<void> {
  const bench = await Workbench.start();
  try {
    for (const format of ['csv', 'csv.gz']) {
      for (const entry of readdirSync(join(work, format), { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (entry.isFile()) await bench.put(relative(work, file), readFileSync(file));
      }
    }
    await bench.put('code/main.py', SCRIPT);
    const cases: [string, TrainingInputMode, string, number][] = [
      ['File', 'File', 'csv', 0],
      ['FastFile', 'FastFile', 'csv', 0],
      ['Pipe', 'Pipe', 'csv', 0],
      ['File, gzip read by the script', 'File', 'csv.gz', 0],
      ['Pipe, gzip', 'Pipe', 'csv.gz', 0],
      ['File, one file of 96 read', 'File', 'csv', 1],
      ['FastFile, one file of 96 read', 'FastFile', 'csv', 1],
    ];
    for (const [name, mode, format, files] of cases) {
      const runs: Times[] = [];
      for (let at = 0; at < RUNS; at += 1) runs.push(await readChannel(bench, mode, format, files));
      const least = (of: keyof Times) => Math.min(...runs.map((run) => run[of]));
      measured(`${name}: first byte after`, least('first').toFixed(2), 's', {
        details: `script starts after ${least('start').toFixed(2)} s, last byte after ${least('last').toFixed(2)} s, ${(least('size') / 1e6).toFixed(0)} MB read`,
      });
    }
  } finally {
    await bench.stop();
  }
}

let jobs = 0;

async function readChannel(bench: Workbench, mode: TrainingInputMode, format: string, files: number): Promise<Times> {
  jobs += 1;
  const TrainingJobName = `formats-${jobs}`;
  const channel = (ChannelName: string, prefix: string, more: Partial<Channel> = {}): Channel => ({
    ChannelName,
    DataSource: {
      S3DataSource: {
        S3DataType: 'S3Prefix',
        S3Uri: `s3://${BUCKET}/${prefix}/`,
        S3DataDistributionType: 'FullyReplicated',
      },
    },
    ...more,
  });
  await bench.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: ROLE,
      AlgorithmSpecification: {
        TrainingImage: SCIKIT_LEARN,
        TrainingInputMode: mode,
        ContainerEntrypoint: ['python3', '/opt/ml/input/data/code/main.py'],
      },
      Environment: { ASKED: String(Date.now() / 1000), MODE: mode, FILES: String(files) },
      InputDataConfig: [
        channel('train', format, mode === 'Pipe' && format === 'csv.gz' ? { CompressionType: 'Gzip' } : {}),
        channel('code', 'code', { InputMode: 'File' }),
      ],
      OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
      // Checkpoints are uploaded as they are.
      CheckpointConfig: { S3Uri: `s3://${BUCKET}/results/${TrainingJobName}` },
      ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 10 },
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
    }),
  );
  const { TrainingJobStatus, FailureReason } = await bench.until(
    () => bench.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName })),
    (job) => job.TrainingJobStatus !== 'InProgress',
  );
  if (TrainingJobStatus !== 'Completed') throw new Error(`${TrainingJobName}: ${FailureReason}`);
  return JSON.parse((await bench.get(`results/${TrainingJobName}/result.json`)).toString()) as Times;
}
