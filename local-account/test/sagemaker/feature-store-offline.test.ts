import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { DeleteRecordCommand, PutRecordCommand } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { at, GROUP, STORE_STATEMENTS as STATEMENTS, StoreBench, state } from './feature-store-bench';
import { BUCKET, REGION, Workbench } from './workbench';

describe('the offline store', () => {
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
  }, 60_000);

  afterAll(() => store.stop());

  it('has every record within 15 minutes, in Parquet files by the hour of their event time', async () => {
    const KmsKeyId = store.bench.keyArn;
    await store.create({
      OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${BUCKET}/features/`, KmsKeyId } },
    });
    const { OfflineStoreConfig, OfflineStoreStatus, CreationTime } = await store.settled();
    const created = Math.floor((CreationTime?.getTime() ?? 0) / 1000);
    expect(OfflineStoreStatus).toEqual({ Status: 'Active' });
    expect(OfflineStoreConfig?.S3StorageConfig?.ResolvedOutputS3Uri).toBe(
      `s3://${BUCKET}/features/123456789012/sagemaker/${REGION}/offline-store/${GROUP}-${created}/data`,
    );
    store.bench.allow({ ...STATEMENTS, key: { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: KmsKeyId } });
    await store.put(state('JFK', at(9, 5), '0.1'));
    await store.put(state('JFK', at(9, 59), '0.30000000000000004', '-9223372036854775808'));
    await store.put({ airport: 'JFK', event_time: at(8) });
    // Only numbers lose a plus sign.
    await store.put({ airport: '+LGA', event_time: at(8) });
    const invoked = store.bench.clock.now();
    expect(await store.files()).toEqual({});
    await store.pass();
    const files = await store.files();
    const folder = `features/123456789012/sagemaker/${REGION}/offline-store/${GROUP}-${created}/data/year=2030/month=03/day=01`;
    const names = Object.keys(files);
    expect(names).toEqual([
      expect.stringMatching(new RegExp(`^${folder}/hour=08/20300301T080000Z_[A-Za-z0-9]{16}\\.parquet$`)),
      expect.stringMatching(new RegExp(`^${folder}/hour=09/20300301T095900Z_[A-Za-z0-9]{16}\\.parquet$`)),
    ]);
    expect(files[names[1]].columns).toEqual([
      ['airport', 'UTF8'],
      ['event_time', 'UTF8'],
      ['mean_delay', 'DOUBLE'],
      ['flights', 'INT64'],
      ['write_time', 'TIMESTAMP_MILLIS'],
      ['api_invocation_time', 'TIMESTAMP_MILLIS'],
      ['is_deleted', 'BOOLEAN'],
    ]);
    expect(files[names[1]].rows).toMatchObject([
      { airport: 'JFK', event_time: at(9, 5), mean_delay: 0.1, flights: '7n', is_deleted: false },
      { airport: 'JFK', event_time: at(9, 59), mean_delay: 0.30000000000000004, flights: '-9223372036854775808n' },
    ]);
    // Not the newest, so not online.
    expect(files[names[0]].rows).toMatchObject([
      { airport: 'JFK', event_time: at(8), mean_delay: null, flights: null },
      { airport: '+LGA' },
    ]);
    const [{ write_time, api_invocation_time }] = files[names[0]].rows as Record<string, string>[];
    expect(Math.abs(Date.parse(api_invocation_time) - invoked)).toBeLessThan(60_000);
    expect(Date.parse(write_time) - Date.parse(api_invocation_time)).toBeGreaterThan(14 * 60_000);
    const head = await store.bench.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: names[0] }));
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(['aws:kms', KmsKeyId]);
  });

  it('is a table in Glue, in the database of the feature store', async () => {
    const { OfflineStoreConfig, CreationTime } = await store.settled();
    const seconds = Math.floor((CreationTime?.getTime() ?? 0) / 1000);
    expect(OfflineStoreConfig?.DataCatalogConfig).toEqual({
      Catalog: 'AwsDataCatalog',
      Database: 'sagemaker_featurestore',
      TableName: `airport_state_${seconds}`,
    });
    const { endpoint, administrator } = store.bench.host.platform;
    const glue = new GlueClient({ endpoint, region: REGION, credentials: administrator });
    const { Table } = await glue.send(
      new GetTableCommand({ DatabaseName: 'sagemaker_featurestore', Name: `airport_state_${seconds}` }),
    );
    glue.destroy();
    expect(Table?.StorageDescriptor?.Location).toBe(OfflineStoreConfig?.S3StorageConfig?.ResolvedOutputS3Uri);
    expect(Table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'airport string',
      'event_time string',
      'mean_delay double',
      'flights bigint',
      'write_time timestamp',
      'api_invocation_time timestamp',
      'is_deleted boolean',
    ]);
    expect(Table?.PartitionKeys ?? []).toEqual([]);
  });

  it('is blocked while its role may not write, and loses nothing', async () => {
    const before = (await store.rows()).length;
    store.bench.allow({ bucket: STATEMENTS.bucket });
    await store.put(state('LGA', at(10)));
    await store.pass();
    expect((await store.settled()).OfflineStoreStatus).toMatchObject({
      Status: 'Blocked',
      BlockedReason: expect.stringContaining('s3:PutObject'),
    });
    store.bench.allow({ ...STATEMENTS, key: { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' } });
    await store.pass();
    expect((await store.settled()).OfflineStoreStatus).toEqual({ Status: 'Active' });
    expect(await store.rows()).toHaveLength(before + 1);
  });

  it('has a marker for each deletion, with the time of the deletion and nothing else', async () => {
    await store.runtime.send(
      new DeleteRecordCommand({ FeatureGroupName: GROUP, RecordIdentifierValueAsString: 'LGA', EventTime: at(11) }),
    );
    await store.pass();
    expect((await store.rows()).filter(({ is_deleted }) => is_deleted === true)).toMatchObject([
      { airport: 'LGA', event_time: at(11), mean_delay: null, flights: null },
    ]);
  });

  it('takes event times in seconds, too', async () => {
    const name = await store.create({
      FeatureGroupName: 'seconds',
      FeatureDefinitions: [
        { FeatureName: 'airport', FeatureType: 'String' },
        { FeatureName: 'event_time', FeatureType: 'Fractional' },
      ],
    });
    await store.put({ airport: 'JFK', event_time: '1898586000.5' }, {}, name);
    await store.put({ airport: 'JFK', event_time: '1898586000.25' }, {}, name);
    expect(await store.get('JFK', name)).toEqual({ airport: 'JFK', event_time: '1898586000.5' });
    await expect(store.put({ airport: 'JFK', event_time: at(9) }, {}, name)).rejects.toMatchObject({
      message: expect.stringContaining('[event_time] is of type Fractional'),
    });
    await expect(store.put({ airport: 'JFK', event_time: '1898586000000' }, {}, name)).rejects.toMatchObject({
      message: expect.stringContaining('must be a Unix timestamp in seconds'),
    });
  });

  it('takes no feature without a value', async () => {
    await expect(
      store.runtime.send(new PutRecordCommand({ FeatureGroupName: GROUP, Record: [{ FeatureName: 'airport' }] })),
    ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringContaining('has no value') });
  });
});
