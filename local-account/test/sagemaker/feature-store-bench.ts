import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateFeatureGroupCommand,
  type CreateFeatureGroupCommandInput,
  DescribeFeatureGroupCommand,
} from '@aws-sdk/client-sagemaker';
import {
  type FeatureValue,
  GetRecordCommand,
  PutRecordCommand,
  SageMakerFeatureStoreRuntimeClient,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import type { Credentials } from '../../platform';
import { BUCKET, REGION, ROLE, type Workbench } from './workbench';

export const GROUP = 'Airport-State';
export const GROUP_ARN = 'arn:aws:sagemaker:eu-west-1:123456789012:feature-group/airport-state';

/** What the role of a feature group's offline store needs. */
export const STORE_STATEMENTS = {
  bucket: { Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: `arn:aws:s3:::${BUCKET}` },
  objects: {
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:PutObjectAcl'],
    Resource: `arn:aws:s3:::${BUCKET}/features/*`,
  },
};

export function groupOf(given: Partial<CreateFeatureGroupCommandInput> = {}): CreateFeatureGroupCommandInput {
  return {
    FeatureGroupName: GROUP,
    RecordIdentifierFeatureName: 'airport',
    EventTimeFeatureName: 'event_time',
    FeatureDefinitions: [
      { FeatureName: 'airport', FeatureType: 'String' },
      { FeatureName: 'event_time', FeatureType: 'String' },
      { FeatureName: 'mean_delay', FeatureType: 'Fractional' },
      { FeatureName: 'flights', FeatureType: 'Integral' },
    ],
    OnlineStoreConfig: { EnableOnlineStore: true },
    OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${BUCKET}/features/` } },
    RoleArn: ROLE,
    ...given,
  };
}

/** A time of the day on which the workbench starts. */
export const at = (hour: number, minute = 0): string =>
  `2030-03-01T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00Z`;

/** A record of an airport's state. */
export const state = (airport: string, event_time: string, mean_delay = '1.5', flights = '7') => ({
  airport,
  event_time,
  mean_delay,
  flights,
});

export function record(values: Record<string, string>): FeatureValue[] {
  return Object.entries(values).map(([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }));
}

export interface ParquetFile {
  readonly columns: readonly (readonly [string, string])[];
  readonly rows: readonly Record<string, unknown>[];
}

/** A workbench with a client of the feature store's runtime. */
export class StoreBench {
  readonly runtime: SageMakerFeatureStoreRuntimeClient;

  constructor(readonly bench: Workbench) {
    this.runtime = this.clientOf(bench.host.platform.administrator);
    bench.allow(STORE_STATEMENTS);
  }

  clientOf(credentials: Credentials): SageMakerFeatureStoreRuntimeClient {
    const { endpoint } = this.bench.host.platform;
    return new SageMakerFeatureStoreRuntimeClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  }

  async create(given: Partial<CreateFeatureGroupCommandInput> = {}): Promise<string> {
    const input = groupOf(given);
    await this.bench.sagemaker.send(new CreateFeatureGroupCommand(input));
    await this.settled(input.FeatureGroupName);
    return input.FeatureGroupName ?? '';
  }

  /** The group once nothing is at work on it. */
  settled(FeatureGroupName: string = GROUP) {
    return this.bench.until(
      () => this.bench.sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName })),
      ({ FeatureGroupStatus, LastUpdateStatus }) =>
        FeatureGroupStatus !== 'Creating' && LastUpdateStatus?.Status !== 'InProgress',
    );
  }

  put(values: Record<string, string>, more: Partial<PutRecordCommand['input']> = {}, FeatureGroupName = GROUP) {
    return this.runtime.send(new PutRecordCommand({ FeatureGroupName, Record: record(values), ...more }));
  }

  /** The values of a record; undefined when there is none. */
  async get(id: string, FeatureGroupName = GROUP): Promise<Record<string, string | undefined> | undefined> {
    const { Record } = await this.runtime.send(
      new GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: id }),
    );
    return Record && Object.fromEntries(Record.map(({ FeatureName, ValueAsString }) => [FeatureName, ValueAsString]));
  }

  /** Lets the time pass in which AWS says that records are in the offline store. */
  async pass(minutes = 15): Promise<void> {
    await this.bench.clock.advance(minutes * 60_000);
  }

  /** The files of the offline store by their keys. */
  async files(prefix = 'features/'): Promise<Record<string, ParquetFile>> {
    const folder = mkdtempSync(join(tmpdir(), 'offline-store-'));
    const files: Record<string, ParquetFile> = {};
    for (const [index, key] of (await this.bench.keys(prefix)).entries()) {
      const file = join(folder, `${index}.parquet`);
      writeFileSync(file, await this.bench.get(key));
      files[key] = JSON.parse(
        execFileSync(process.execPath, [join(__dirname, '../fixtures/read-parquet.mjs'), file], { encoding: 'utf8' }),
      ) as ParquetFile;
    }
    return files;
  }

  async rows(prefix = 'features/'): Promise<Record<string, unknown>[]> {
    return Object.values(await this.files(prefix)).flatMap(({ rows }) => rows);
  }

  async stop(): Promise<void> {
    this.runtime.destroy();
    await this.bench.stop();
  }
}
