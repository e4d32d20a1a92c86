import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import {
  CreateFeatureGroupCommand,
  DescribeFeatureGroupCommand,
  DescribeFeatureMetadataCommand,
  ListFeatureGroupsCommand,
  ListTagsCommand,
  SageMakerClient,
  UpdateFeatureGroupCommand,
  UpdateFeatureMetadataCommand,
} from '@aws-sdk/client-sagemaker';
import {
  BatchWriteRecordCommand,
  PutRecordCommand,
  UpdateRecordCommand,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { kindOf } from '../../cloudtrail/operations';
import { recordOf } from '../../cloudtrail/record';
import type { AnsweredCall, Credentials } from '../../platform';
import { GROUP, GROUP_ARN, groupOf, record, STORE_STATEMENTS, StoreBench } from './feature-store-bench';
import { ACCOUNT, BUCKET, REGION, Workbench } from './workbench';

const TIME = '2030-03-01T09:00:00Z';
const CALLER = `arn:aws:iam::${ACCOUNT}:role/Caller`;
const online = { OfflineStoreConfig: undefined, RoleArn: undefined };

describe('feature groups', () => {
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
    await store.create({ Tags: [{ Key: 'owner', Value: 'data' }] });
  }, 60_000);

  afterAll(() => store.stop());

  /** Keys of a role with exactly these statements. */
  async function as(statements: Record<string, object>): Promise<Credentials> {
    const { host } = store.bench;
    const account = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    host.policies.putRole({
      arn: CALLER,
      trust: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: account, Action: 'sts:AssumeRole' }] },
    });
    host.policies.putInlinePolicy(CALLER, 'test', { Version: '2012-10-17', Statement: Object.values(statements) });
    const { endpoint, administrator } = host.platform;
    const sts = new STSClient({ endpoint, region: REGION, credentials: administrator });
    const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: CALLER, RoleSessionName: 'test' }));
    sts.destroy();
    return {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      sessionToken: keys?.SessionToken,
    };
  }

  it.each([
    [
      'no store',
      { OnlineStoreConfig: { EnableOnlineStore: false }, OfflineStoreConfig: undefined },
      'cannot be both disabled',
    ],
    ['an offline store without a role', { RoleArn: undefined }, 'RoleArn is required'],
    [
      'a reserved feature',
      { FeatureDefinitions: [{ FeatureName: 'is_deleted', FeatureType: 'String' as const }] },
      'reserved word',
    ],
    ['an unknown record identifier', { RecordIdentifierFeatureName: 'none' }, 'is not among the FeatureDefinitions'],
    ['an Integral event time', { EventTimeFeatureName: 'flights' }, 'must be String or Fractional'],
    ['a role that nobody can take', { RoleArn: `arn:aws:iam::${ACCOUNT}:role/none` }, 'Could not assume role'],
    [
      'the in-memory tier',
      { OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory' as const } },
      'StorageType InMemory is not supported by the local account',
    ],
    [
      'Iceberg',
      { OfflineStoreConfig: { S3StorageConfig: { S3Uri: `s3://${BUCKET}/x` }, TableFormat: 'Iceberg' as const } },
      'TableFormat Iceberg is not supported by the local account',
    ],
  ])('are refused with %s', async (_, given, message) => {
    const creation = new CreateFeatureGroupCommand(groupOf({ FeatureGroupName: 'refused', ...given }));
    await expect(store.bench.sagemaker.send(creation)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('have one name each', async () => {
    await expect(store.bench.sagemaker.send(new CreateFeatureGroupCommand(groupOf()))).rejects.toMatchObject({
      name: 'ResourceInUse',
      message: expect.stringContaining(`FeatureGroup with name ${GROUP} already exists. Choose a different name.`),
    });
    await expect(
      store.bench.sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName: 'none' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('are described by name and ARN, listed by status, tagged, and tell of their creation', async () => {
    const { sagemaker, events } = store.bench;
    const described = await sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName: GROUP_ARN }));
    expect(described).toMatchObject({
      FeatureGroupArn: GROUP_ARN,
      FeatureGroupStatus: 'Created',
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'Standard' },
      OfflineStoreStatus: { Status: 'Active' },
      ThroughputConfig: { ThroughputMode: 'OnDemand' },
    });
    await store.create({ FeatureGroupName: 'other', ...online });
    const { FeatureGroupSummaries } = await sagemaker.send(
      new ListFeatureGroupsCommand({ OfflineStoreStatusEquals: 'Active' }),
    );
    expect(FeatureGroupSummaries?.map(({ FeatureGroupName }) => FeatureGroupName)).toEqual([GROUP]);
    await store.create({ FeatureGroupName: 'third' });
    const sorted = await sagemaker.send(
      new ListFeatureGroupsCommand({ SortBy: 'OfflineStoreStatus', SortOrder: 'Ascending' }),
    );
    expect(sorted.FeatureGroupSummaries?.map(({ FeatureGroupName }) => FeatureGroupName)).toEqual([
      GROUP,
      'third',
      'other',
    ]);
    const { Tags } = await sagemaker.send(new ListTagsCommand({ ResourceArn: GROUP_ARN }));
    expect(Tags).toEqual([{ Key: 'owner', Value: 'data' }]);
    expect(events.filter((event) => event['detail-type'] === 'SageMaker Feature Group State Change')).toContainEqual(
      expect.objectContaining({ resources: [GROUP_ARN] }),
    );
  });

  it('get more features, also in their table', async () => {
    const update = (more: object) =>
      store.bench.sagemaker.send(new UpdateFeatureGroupCommand({ FeatureGroupName: 'growing', ...more }));
    const FeatureAdditions = [{ FeatureName: 'gates', FeatureType: 'Integral' as const }];
    await store.create({ FeatureGroupName: 'growing' });
    await store.put({ airport: 'JFK', event_time: TIME }, {}, 'growing');
    await update({ FeatureAdditions });
    await expect(update({ FeatureAdditions })).rejects.toThrow('another update is in progress');
    expect((await store.settled('growing')).LastUpdateStatus).toMatchObject({
      Status: 'Failed',
      FailureReason: expect.stringContaining('glue:GetTable'),
    });
    const table = { Effect: 'Allow', Action: ['glue:GetTable', 'glue:UpdateTable'], Resource: '*' };
    store.bench.allow({ ...STORE_STATEMENTS, table });
    await update({ FeatureAdditions });
    const { LastUpdateStatus, FeatureDefinitions, OfflineStoreConfig } = await store.settled('growing');
    expect(LastUpdateStatus).toEqual({ Status: 'Successful' });
    expect(FeatureDefinitions?.at(-1)).toEqual(FeatureAdditions[0]);
    const { endpoint, administrator } = store.bench.host.platform;
    const glue = new GlueClient({ endpoint, region: REGION, credentials: administrator });
    const { Table } = await glue.send(
      new GetTableCommand({
        DatabaseName: 'sagemaker_featurestore',
        Name: OfflineStoreConfig?.DataCatalogConfig?.TableName,
      }),
    );
    glue.destroy();
    expect(Table?.StorageDescriptor?.Columns?.map(({ Name }) => Name)).toContain('gates');
    await store.put({ airport: 'LGA', event_time: TIME, gates: '72' }, {}, 'growing');
    expect(await store.get('JFK', 'growing')).toEqual({ airport: 'JFK', event_time: TIME });
    await store.pass();
    expect(
      (await store.rows(`features/${ACCOUNT}/sagemaker/${REGION}/offline-store/growing`)).map(({ gates }) => gates),
    ).toEqual([null, '72n']);
    await expect(update({})).rejects.toThrow('exactly one of');
    await update({ OnlineStoreConfig: { TtlDuration: { Unit: 'Days', Value: 7 } } });
    expect((await store.settled('growing')).OnlineStoreConfig?.TtlDuration).toEqual({ Unit: 'Days', Value: 7 });
  });

  it('have descriptions and parameters for their features', async () => {
    const feature = { FeatureGroupName: GROUP, FeatureName: 'mean_delay' };
    const { sagemaker } = store.bench;
    await sagemaker.send(
      new UpdateFeatureMetadataCommand({
        ...feature,
        Description: 'Minutes',
        ParameterAdditions: [{ Key: 'window', Value: '60' }],
      }),
    );
    await sagemaker.send(
      new UpdateFeatureMetadataCommand({ ...feature, ParameterAdditions: [{ Key: 'a', Value: 'b' }] }),
    );
    await sagemaker.send(new UpdateFeatureMetadataCommand({ ...feature, ParameterRemovals: ['window'] }));
    expect(await sagemaker.send(new DescribeFeatureMetadataCommand(feature))).toMatchObject({
      FeatureType: 'Fractional',
      Description: 'Minutes',
      Parameters: [{ Key: 'a', Value: 'b' }],
    });
    await expect(
      sagemaker.send(new DescribeFeatureMetadataCommand({ ...feature, FeatureName: 'none' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  });

  it('fail to be created when the caller may not create their table', async () => {
    const credentials = await as({
      group: { Effect: 'Allow', Action: ['sagemaker:CreateFeatureGroup', 'iam:PassRole'], Resource: '*' },
      glue: { Effect: 'Allow', Action: 'glue:GetDatabase', Resource: '*' },
    });
    const { endpoint } = store.bench.host.platform;
    const sagemaker = new SageMakerClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
    await sagemaker.send(new CreateFeatureGroupCommand(groupOf({ FeatureGroupName: 'no-table' })));
    expect(await store.settled('no-table')).toMatchObject({
      FeatureGroupStatus: 'CreateFailed',
      FailureReason: expect.stringMatching(
        /glue:CreateTable .*\(Service: AWSGlue; Status Code: 400; Error Code: AccessDenied/,
      ),
    });
    await expect(store.put({ airport: 'JFK', event_time: TIME }, {}, 'no-table')).rejects.toThrow('is CreateFailed');
    store.bench.allow({ objects: STORE_STATEMENTS.objects });
    await store.create({ FeatureGroupName: 'no-bucket' });
    store.bench.allow(STORE_STATEMENTS);
    expect((await store.settled('no-bucket')).FailureReason).toContain('s3:GetBucketAcl');
    sagemaker.destroy();
  });

  it('with a key let in only who may decrypt with it', async () => {
    const SecurityConfig = { KmsKeyId: store.bench.keyArn };
    await store.create({
      FeatureGroupName: 'secret',
      ...online,
      OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig },
    });
    const records = { Effect: 'Allow', Action: ['sagemaker:PutRecord', 'sagemaker:GetRecord'], Resource: '*' };
    const put = new PutRecordCommand({
      FeatureGroupName: 'secret',
      Record: record({ airport: 'JFK', event_time: TIME }),
    });
    const without = store.clientOf(await as({ records }));
    await expect(without.send(put)).rejects.toThrow('kms:Decrypt');
    const decrypt = {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: store.bench.keyArn,
      Condition: { StringEquals: { 'kms:ViaService': `sagemaker.${REGION}.amazonaws.com` } },
    };
    const withKey = store.clientOf(await as({ records, decrypt }));
    await withKey.send(put);
    const creation = {
      Effect: 'Allow',
      Action: ['sagemaker:CreateFeatureGroup', 'kms:CreateGrant', 'kms:DescribeKey'],
      Resource: '*',
    };
    const { endpoint } = store.bench.host.platform;
    const sagemaker = new SageMakerClient({
      endpoint,
      region: REGION,
      credentials: await as({ creation }),
      maxAttempts: 1,
    });
    await expect(
      sagemaker.send(
        new CreateFeatureGroupCommand(
          groupOf({
            FeatureGroupName: 'keyed',
            ...online,
            OnlineStoreConfig: { EnableOnlineStore: true, SecurityConfig },
          }),
        ),
      ),
    ).rejects.toThrow('kms:Encrypt');
    for (const client of [without, withKey, sagemaker]) client.destroy();
  });

  it('let in who may, by group, and by feature', async () => {
    await store.create({
      FeatureGroupName: 'second',
      ...online,
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'Standard_V2' },
    });
    const Resource = `arn:aws:sagemaker:${REGION}:${ACCOUNT}:feature-group/second`;
    const write = { Effect: 'Allow', Action: 'sagemaker:BatchWriteRecord', Resource };
    const Entries = [
      { FeatureGroupName: 'second', Record: record({ airport: 'JFK', event_time: TIME, flights: '1' }) },
    ];
    const batchOnly = store.clientOf(await as({ write }));
    await expect(batchOnly.send(new BatchWriteRecordCommand({ Entries }))).rejects.toThrow('sagemaker:PutRecord');
    const put = { Effect: 'Allow', Action: 'sagemaker:PutRecord', Resource };
    const both = store.clientOf(await as({ write, put }));
    expect((await both.send(new BatchWriteRecordCommand({ Entries }))).Errors).toEqual([]);
    await expect(
      both.send(new BatchWriteRecordCommand({ Entries: [...Entries, { ...Entries[0], FeatureGroupName: GROUP }] })),
    ).rejects.toThrow(`feature-group/${GROUP.toLowerCase()}`);
    const partial = {
      ...put,
      Condition: {
        Bool: { 'sagemaker:IsUpdateRecord': 'true' },
        'ForAllValues:StringEquals': { 'sagemaker:UpdatableFeatures': ['flights'] },
      },
    };
    const updater = store.clientOf(await as({ partial }));
    const update = (features: Record<string, string>) =>
      updater.send(
        new UpdateRecordCommand({
          FeatureGroupName: 'second',
          RecordIdentifierValueAsString: 'JFK',
          Features: record(features),
        }),
      );
    await update({ flights: '2' });
    await expect(update({ mean_delay: '2' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(
      updater.send(new PutRecordCommand({ FeatureGroupName: 'second', Record: Entries[0].Record })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    for (const client of [batchOnly, both, updater]) client.destroy();
  });

  it('have their records in data events of CloudTrail, and themselves in management events', async () => {
    const { host, sagemaker } = store.bench;
    const answered: AnsweredCall[] = [];
    const stopListening = host.onAnswered((call) => answered.push(call));
    await store.put({ airport: 'JFK', event_time: TIME });
    await store.get('JFK');
    await sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName: GROUP }));
    stopListening();
    const source = { platform: host.platform, models: host.models, issuedAt: () => undefined };
    const records = answered.map((call) => recordOf(call, kindOf(call) ?? { readOnly: false }, source));
    const resources = [{ accountId: ACCOUNT, type: 'AWS::SageMaker::FeatureGroup', ARN: GROUP_ARN }];
    const eventSource = 'sagemaker.amazonaws.com';
    expect(records).toMatchObject([
      { eventName: 'PutRecord', eventCategory: 'Data', readOnly: false, eventSource, resources },
      { eventName: 'GetRecord', eventCategory: 'Data', readOnly: true, eventSource, resources },
      { eventName: 'DescribeFeatureGroup', eventCategory: 'Management', readOnly: true, eventSource },
    ]);
  });
});
