/**
 * What the rehearsal's endpoint and transform job cost over the bare model server, with the same model and as many
 * worker processes: one.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTransformJobCommand,
  DescribeEndpointCommand,
  DescribeTransformJobCommand,
} from '@aws-sdk/client-sagemaker';

import { pack } from 'local-account/sagemaker/container/archive';
import { BUCKET, REGION, ROLE, Workbench, XGBOOST } from 'local-account/test/sagemaker/workbench';
import { best, flight, type Rate, runLoad } from './run-load';

const root = resolve(__dirname, '..');
const run = promisify(execFile);
const environment = {
  SAGEMAKER_PROGRAM: 'inference.py',
  SAGEMAKER_SUBMIT_DIRECTORY: '/opt/ml/model/code',
  MODEL_VERSION: '1',
};

export interface Serving {
  readonly bench: Workbench;
  readonly python: string;
  readonly modelFolder: string;
}

/** A platform with one model trained on real flights; removed when `use` has ended. */
export async function withModel<T>(use: (serving: Serving) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-bench-'));
  const bench = await Workbench.start();
  try {
    const python = bench.host.platform.containerPython;
    const modelFolder = join(folder, 'model');
    mkdirSync(modelFolder);
    await run(python, [join(root, 'test/local-account/serving-model.py'), modelFolder]);
    await pack(modelFolder, join(folder, 'model.tar.gz'));
    const ModelDataUrl = await bench.put('models/one/model.tar.gz', readFileSync(join(folder, 'model.tar.gz')));
    await bench.sagemaker.send(
      new CreateModelCommand({
        ModelName: 'flights',
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: XGBOOST, ModelDataUrl, Environment: environment },
      }),
    );
    return await use({ bench, python, modelFolder });
  } finally {
    await bench.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Best of three of both, taken in turns: what disturbs one disturbs the other. */
export async function measureInvocations(
  { bench, python, modelFolder }: Serving,
  clients: number,
  requests: number,
): Promise<{ endpoint: Rate; bare: Rate }> {
  // The image's server with the endpoint's own settings, without what the rehearsal puts in front of it.
  const base = mkdtempSync(join(tmpdir(), 'mla-blueprint-server-'));
  symlinkSync(modelFolder, join(base, 'model'));
  // Python looks once at what is on its path: a folder that comes later is never seen.
  const installed = join(base, 'installed');
  mkdirSync(installed);
  const server = spawn(
    python,
    [join(root, 'local-account/images/serving/model_server.py'), 'sagemaker_xgboost_container.serving:main'],
    {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...environment,
        SAGEMAKER_BASE_DIR: base,
        SAGEMAKER_SUBMIT_DIRECTORY: join(modelFolder, 'code'),
        SAGEMAKER_MODEL_SERVER_WORKERS: '2',
        PIP_NO_INDEX: '1',
        PIP_TARGET: installed,
        PYTHONPATH: [
          installed,
          ...['xgboost', 'serving'].map((part) => join(root, 'local-account/images', part, 'python')),
        ].join(':'),
        OMP_NUM_THREADS: '1',
      },
    },
  );
  let errors = '';
  (server.stdio[2] as Readable).on('data', (part: Buffer) => (errors = `${errors}${part.toString()}`.slice(-4_000)));
  try {
    const port = await new Promise<string>((resolvePort, reject) => {
      createInterface({ input: server.stdio[3] as Readable }).once('line', resolvePort);
      server.once('exit', (code) => reject(new Error(`the model server ended with ${code}: ${errors}`)));
    });
    const { endpoint, administrator } = bench.host.platform;
    const request = { method: 'POST', body: flight, clients, requests };
    const signer = { service: 'sagemaker', region: REGION, ...administrator };
    const bare: Rate[] = [];
    const ours: Rate[] = [];
    for (let round = 0; round < 3; round += 1) {
      bare.push(await runLoad({ ...request, url: `http://127.0.0.1:${port}/invocations` }));
      ours.push(await runLoad({ ...request, url: `${endpoint}/endpoints/flights/invocations`, signer }));
    }
    return { endpoint: best(ours), bare: best(bare) };
  } finally {
    server.kill();
    rmSync(base, { recursive: true, force: true });
  }
}

export async function startEndpoint({ bench }: Serving): Promise<void> {
  await bench.sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: 'flights',
      ProductionVariants: [
        { VariantName: 'live', ModelName: 'flights', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
      ],
      // As the project's endpoint: everything is captured.
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        DestinationS3Uri: `s3://${BUCKET}/capture`,
        CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
        CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] },
      },
    }),
  );
  await bench.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'flights', EndpointConfigName: 'flights' }));
  await bench.until(
    () => bench.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'flights' })),
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  );
}

/**
 * Rows a second of a transform job that is running (its start and end included), and of the serving code alone on the
 * same rows.
 */
export async function measureBatch(
  { bench, python, modelFolder }: Serving,
  rows: number,
): Promise<{ job: number; bare: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'mla-blueprint-batch-'));
  try {
    const row =
      'B6,MCO,2013-07-05,1530,1829,944,84,70,62,200,9,,0,1012,10,2005,200,AIRBUS,12.5,0.25,0.5,40,9.75,0.2,0.75,110';
    writeFileSync(join(folder, 'rows.csv'), Array.from({ length: rows }, (_, at) => `id-${at},${row}\n`).join(''));
    await bench.put('batch/input/rows.csv', readFileSync(join(folder, 'rows.csv')));
    const job: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { stdout } = await run(python, [join(root, 'bench/batch_container.py'), folder, modelFolder], {
        env: { ...process.env, OMP_NUM_THREADS: '1' },
      });
      bare.push(Number(stdout));
      const started = performance.now();
      const TransformJobName = `bench-${round}`;
      await bench.sagemaker.send(
        new CreateTransformJobCommand({
          TransformJobName,
          ModelName: 'flights',
          BatchStrategy: 'MultiRecord',
          MaxPayloadInMB: 6,
          TransformInput: {
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/batch/input/` } },
            ContentType: 'text/csv',
            SplitType: 'Line',
          },
          DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input' },
          TransformOutput: {
            S3OutputPath: `s3://${BUCKET}/batch/output/${round}`,
            Accept: 'text/csv',
            AssembleWith: 'Line',
          },
          TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        }),
      );
      const ended = await bench.until(
        () => bench.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName })),
        ({ TransformJobStatus }) => TransformJobStatus !== 'InProgress',
      );
      if (ended.TransformJobStatus !== 'Completed') throw new Error(`the transform job failed: ${ended.FailureReason}`);
      job.push(rows / ((performance.now() - started) / 1000));
    }
    return { job: Math.max(...job), bare: Math.max(...bare) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
