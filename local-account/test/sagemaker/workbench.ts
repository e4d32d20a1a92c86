import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { VirtualClock } from '../../events/clock';
import { type PlatformHost, startPlatform } from '../../gateway/platform-host';
import type { ImageStandIn } from '../../images/image';
import { Networks } from '../../networks';
import type { BusEvent } from '../../platform';
import { pack, unpack } from '../../sagemaker/container/archive';
import { createSageMaker, type SageMaker } from '../../sagemaker/service';
import { testContainerPython, testPython } from '../fixtures/test-platform';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';
export const BUCKET = 'workbench';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/Job`;
export const SCIKIT_LEARN = `141502667606.dkr.ecr.${REGION}.amazonaws.com/sagemaker-scikit-learn:1.4-2`;
export const XGBOOST = `141502667606.dkr.ecr.${REGION}.amazonaws.com/sagemaker-xgboost:3.0-5`;

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** What a job's role needs in these tests, as statements that a test may leave out or narrow. */
export const JOB_STATEMENTS = {
  data: {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
    Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
  },
  image: { Effect: 'Allow', Action: ['ecr:*'], Resource: '*' },
  logs: { Effect: 'Allow', Action: ['logs:*'], Resource: '*' },
  key: { Effect: 'Allow', Action: ['kms:*'], Resource: '*' },
  network: { Effect: 'Allow', Action: ['ec2:*'], Resource: '*' },
  alarms: { Effect: 'Allow', Action: ['cloudwatch:*'], Resource: '*' },
};

/** A local account with SageMaker, one bucket, one role; the calls are the operator's. */
export class Workbench {
  readonly events: BusEvent[] = [];

  private constructor(
    readonly host: PlatformHost,
    readonly clock: VirtualClock,
    readonly service: SageMaker,
    readonly s3: S3Client,
    readonly sagemaker: SageMakerClient,
    readonly runtime: SageMakerRuntimeClient,
    readonly keyArn: string,
  ) {
    host.onEvent((event) => this.events.push(event));
  }

  static async start(
    options: { answerMilliseconds?: number; images?: readonly ImageStandIn[] } = {},
  ): Promise<Workbench> {
    const clock = new VirtualClock(Date.parse('2030-03-01T10:20:00Z'));
    const host = await startPlatform({
      folder: mkdtempSync(join(tmpdir(), 'local-account-sagemaker-')),
      python: await testPython(),
      containerPython: await testContainerPython(),
      region: REGION,
      clock,
    });
    const networks = new Networks();
    networks.putSubnet('subnet-1', 'vpc-1');
    networks.putEndpoint('vpce-1', { vpcId: 'vpc-1', service: 's3' });
    const service = createSageMaker(host.platform, {
      networks,
      answerMilliseconds: options.answerMilliseconds,
      images: options.images,
      putResourcePolicy: (arn, document) => host.policies.putResourcePolicy(arn, document),
    });
    host.registerService(service.control);
    host.registerService(service.runtime);
    host.registerService(service.featureStoreRuntime);
    host.registerFace(service.mlflow);
    const client = {
      endpoint: host.platform.endpoint,
      region: REGION,
      credentials: host.platform.administrator,
      maxAttempts: 1,
    };
    const s3 = new S3Client({ ...client, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const kms = new KMSClient(client);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    kms.destroy();
    const bench = new Workbench(
      host,
      clock,
      service,
      s3,
      new SageMakerClient(client),
      new SageMakerRuntimeClient(client),
      KeyMetadata?.Arn ?? '',
    );
    host.policies.putResourcePolicy(bench.keyArn, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
      ],
    });
    bench.allow(JOB_STATEMENTS);
    return bench;
  }

  /** Gives a role exactly these statements. */
  allow(statements: Record<string, object>, role = ROLE): void {
    this.host.policies.putRole({ arn: role, trust: TRUST });
    this.host.policies.putInlinePolicy(role, 'test', { Version: '2012-10-17', Statement: Object.values(statements) });
  }

  async put(key: string, body: string | Buffer): Promise<string> {
    await this.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
    return `s3://${BUCKET}/${key}`;
  }

  async get(key: string): Promise<Buffer> {
    const answer = await this.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    return Buffer.from((await answer.Body?.transformToByteArray()) ?? []);
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    return Contents.map(({ Key }) => Key ?? '');
  }

  /** The model.json in a training job's archive. */
  async modelOf(job: string): Promise<unknown> {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-model-'));
    writeFileSync(join(folder, 'model.tar.gz'), await this.get(`models/${job}/output/model.tar.gz`));
    await unpack(join(folder, 'model.tar.gz'), folder);
    return JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8'));
  }

  /** Packs files to a tar.gz in the bucket. */
  async putArchive(key: string, files: Record<string, string>): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'local-account-archive-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, 'content', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'content', name), text);
    }
    await pack(join(folder, 'content'), join(folder, 'archive.tar.gz'));
    return this.put(key, readFileSync(join(folder, 'archive.tar.gz')));
  }

  /** Asks until the answer is another than `pending`. */
  async until<T>(ask: () => Promise<T>, done: (answer: T) => boolean): Promise<T> {
    for (const end = Date.now() + 50_000; ; ) {
      const answer = await ask();
      if (done(answer)) {
        return answer;
      }
      if (Date.now() > end) {
        throw new Error(`still waiting: ${JSON.stringify(answer)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    await this.service.stop();
    this.clock.stop();
    [this.s3, this.sagemaker, this.runtime].forEach((client) => client.destroy());
    await this.host.stop();
  }
}
