import {
  BatchGetRecordCommand,
  BatchWriteRecordCommand,
  DeleteRecordCommand,
  GetRecordCommand,
  ListRecordsCommand,
  UpdateRecordCommand,
} from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { at, GROUP, GROUP_ARN, record, StoreBench, state } from './feature-store-bench';
import { Workbench } from './workbench';

describe('the records of a feature group', () => {
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
    await store.create();
  }, 60_000);

  afterAll(() => store.stop());

  it('are read as they were written', async () => {
    await store.put(state('JFK', at(9), '-0.10'));
    expect(await store.get('JFK')).toEqual(state('JFK', at(9), '-0.10'));
    expect(await store.get('LGA')).toBeUndefined();
    const { Record } = await store.runtime.send(
      new GetRecordCommand({
        FeatureGroupName: GROUP_ARN,
        RecordIdentifierValueAsString: 'JFK',
        FeatureNames: ['flights', 'airport'],
      }),
    );
    expect(Record).toEqual(record({ airport: 'JFK', flights: '7' }));
  });

  it('are replaced as a whole by a later event time, and by no other', async () => {
    await store.put(state('EWR', at(9)));
    await store.put({ airport: 'EWR', event_time: at(9), flights: '1' });
    await store.put({ airport: 'EWR', event_time: at(8), flights: '2' });
    expect(await store.get('EWR')).toEqual(state('EWR', at(9)));
    await store.put({ airport: 'EWR', event_time: '2030-03-01T09:00:00.000000001Z', flights: '3' });
    expect(await store.get('EWR')).toEqual({
      airport: 'EWR',
      event_time: '2030-03-01T09:00:00.000000001Z',
      flights: '3',
    });
  });

  it.each([
    ['an unknown feature', { ...state('BOS', at(9)), gates: '1' }, 'FeatureName [gates] is not defined'],
    ['no record identifier', { event_time: at(9) }, 'no value for FeatureName [airport]'],
    ['no event time', { airport: 'BOS' }, 'no value for FeatureName [event_time]'],
    ['a fraction for an Integral', state('BOS', at(9), '1', '1.5'), '[flights] is of type Integral'],
    [
      'an Integral of more than 64 bits',
      state('BOS', at(9), '1', '9223372036854775808'),
      '[flights] is of type Integral',
    ],
    ['text for a Fractional', state('BOS', at(9), 'NaN'), '[mean_delay] is of type Fractional'],
    ['an event time without a zone', state('BOS', '2030-03-01T09:00:00'), 'must be in ISO-8601 format, in UTC'],
    ['a day that does not exist', state('BOS', '2030-02-30T09:00:00Z'), 'must be in ISO-8601 format, in UTC'],
    [
      'more than 350 KB',
      { ...state('B'.repeat(2000), at(9)), event_time: at(9), mean_delay: `1${'0'.repeat(358_000)}e-358000` },
      '350 KB',
    ],
    ['an identifier of more than 2 KB', state('B'.repeat(2049), at(9)), 'more than 2 KB'],
  ])('are refused with %s', async (_, values, message) => {
    await expect(store.put(values)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message),
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('are not found in a group that is not there', async () => {
    const words = "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name [none].";
    await expect(store.put(state('JFK', at(9)), {}, 'none')).rejects.toMatchObject({
      name: 'ValidationError',
      message: words,
    });
    await expect(store.get('JFK', 'none')).rejects.toMatchObject({ name: 'ResourceNotFound', message: words });
  });

  it('are deleted softly or whole, but not by an earlier time', async () => {
    const remove = (airport: string, EventTime: string, DeletionMode?: 'SoftDelete' | 'HardDelete') =>
      store.runtime.send(
        new DeleteRecordCommand({
          FeatureGroupName: GROUP,
          RecordIdentifierValueAsString: airport,
          EventTime,
          DeletionMode,
        }),
      );
    await store.put(state('DCA', at(9)));
    await remove('DCA', at(9));
    expect(await store.get('DCA')).toBeDefined();
    await expect(remove('DCA', at(9), 'HardDelete')).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('EventTime'),
    });
    await remove('DCA', at(10));
    expect(await store.get('DCA')).toBeUndefined();
    // What was deleted softly remembers when.
    await store.put(state('DCA', at(9, 30)));
    expect(await store.get('DCA')).toBeUndefined();
    await remove('DCA', at(11), 'HardDelete');
    await store.put(state('DCA', at(9, 30)));
    expect(await store.get('DCA')).toBeDefined();
  });

  it('are listed page by page, those that were deleted softly on request', async () => {
    const name = await store.create({ FeatureGroupName: 'listed', OfflineStoreConfig: undefined, RoleArn: undefined });
    for (const airport of ['A', 'B', 'C']) await store.put(state(airport, at(9)), {}, name);
    await store.runtime.send(
      new DeleteRecordCommand({ FeatureGroupName: name, RecordIdentifierValueAsString: 'B', EventTime: at(10) }),
    );
    const list = (more: object) => store.runtime.send(new ListRecordsCommand({ FeatureGroupName: name, ...more }));
    const first = await list({ MaxResults: 1 });
    expect(first.RecordIdentifiers).toEqual(['A']);
    expect((await list({ NextToken: first.NextToken })).RecordIdentifiers).toEqual(['C']);
    expect((await list({ IncludeSoftDeletedRecords: true })).RecordIdentifiers).toHaveLength(3);
    await expect(list({ NextToken: 'x' })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('expire: by their own time to live, or by that of the group', async () => {
    const name = await store.create({
      FeatureGroupName: 'short-lived',
      OnlineStoreConfig: { EnableOnlineStore: true, TtlDuration: { Unit: 'Hours', Value: 2 } },
    });
    const now = store.bench.clock.now();
    const time = new Date(now).toISOString();
    await store.put(state('JFK', time), {}, name);
    await store.put(state('LGA', time), { TtlDuration: { Unit: 'Minutes', Value: 30 } }, name);
    const { ExpiresAt } = await store.runtime.send(
      new GetRecordCommand({
        FeatureGroupName: name,
        RecordIdentifierValueAsString: 'LGA',
        ExpirationTimeResponse: 'Enabled',
      }),
    );
    expect(ExpiresAt).toBe(new Date(now + 30 * 60_000).toISOString());
    await store.pass(31);
    expect(await store.get('LGA', name)).toBeUndefined();
    expect(await store.get('JFK', name)).toBeDefined();
    await store.pass(120);
    expect(await store.get('JFK', name)).toBeUndefined();
    await store.pass(16);
    const markers = (await store.rows('features/123456789012/sagemaker/eu-west-1/offline-store/short-lived')).filter(
      ({ is_deleted }) => is_deleted === true,
    );
    expect(markers.map(({ airport, mean_delay }) => [airport, mean_delay]).sort()).toEqual([
      ['JFK', null],
      ['LGA', null],
    ]);
  });
});

describe('batches of records', () => {
  let store: StoreBench;

  beforeAll(async () => {
    store = new StoreBench(await Workbench.start());
    await store.create();
  }, 60_000);

  afterAll(() => store.stop());

  it('are written entry by entry: one that is wrong is returned with its error', async () => {
    const entry = (values: Record<string, string>, FeatureGroupName = GROUP) => ({
      FeatureGroupName,
      Record: record(values),
    });
    const { Errors, UnprocessedEntries } = await store.runtime.send(
      new BatchWriteRecordCommand({
        Entries: [
          entry(state('JFK', at(9))),
          entry(state('LGA', at(9), 'late')),
          entry(state('EWR', at(9)), 'none'),
          entry(state('DCA', at(9))),
        ],
      }),
    );
    expect(UnprocessedEntries).toEqual([]);
    expect(Errors?.map(({ Entry, ErrorCode }) => [Entry?.Record?.[0].ValueAsString, ErrorCode])).toEqual([
      ['LGA', 'ValidationError'],
      ['EWR', 'ResourceNotFound'],
    ]);
    expect(await store.get('DCA')).toEqual(state('DCA', at(9)));
  });

  it('have at most 25 entries', async () => {
    const Entries = Array.from({ length: 26 }, () => ({
      FeatureGroupName: GROUP,
      Record: record(state('JFK', at(9))),
    }));
    await expect(store.runtime.send(new BatchWriteRecordCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('less than or equal to 25'),
    });
  });

  it('are read with what is there, and an error for each record of a group that is not', async () => {
    await store.put(state('ORD', at(9)));
    const { Records, Errors, UnprocessedIdentifiers } = await store.runtime.send(
      new BatchGetRecordCommand({
        Identifiers: [
          { FeatureGroupName: GROUP, RecordIdentifiersValueAsString: ['ORD', 'XYZ'], FeatureNames: ['flights'] },
          { FeatureGroupName: 'none', RecordIdentifiersValueAsString: ['ORD'] },
        ],
      }),
    );
    expect(Records).toEqual([
      { FeatureGroupName: GROUP, RecordIdentifierValueAsString: 'ORD', Record: record({ flights: '7' }) },
    ]);
    expect(Errors).toMatchObject([{ FeatureGroupName: 'none', ErrorCode: 'ResourceNotFound' }]);
    expect(UnprocessedIdentifiers).toEqual([]);
    const ids = Array.from({ length: 60 }, (_, index) => String(index));
    await expect(
      store.runtime.send(
        new BatchGetRecordCommand({
          Identifiers: [1, 2].map(() => ({ FeatureGroupName: GROUP, RecordIdentifiersValueAsString: ids })),
        }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('change single features where the group is of the second standard type', async () => {
    const update = (features: Record<string, string>, more: object = {}, FeatureGroupName = 'partial') =>
      store.runtime.send(
        new UpdateRecordCommand({
          FeatureGroupName,
          RecordIdentifierValueAsString: 'JFK',
          Features: record(features),
          ...more,
        }),
      );
    await store.create({
      FeatureGroupName: 'partial',
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'Standard_V2' },
    });
    await expect(update({ flights: '8' })).rejects.toMatchObject({ name: 'ResourceNotFound' });
    await store.put(state('JFK', at(9)), {}, 'partial');
    await update({ flights: '8' });
    expect(await store.get('JFK', 'partial')).toEqual(state('JFK', at(9), '1.5', '8'));
    await expect(update({ flights: '9', event_time: at(8) })).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(update({ flights: '9' }, { TtlDuration: { Unit: 'Days', Value: 1 } })).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(update({ flights: '8' }, {}, GROUP)).rejects.toMatchObject({ name: 'ValidationError' });
  });

  it('go to the stores that they name', async () => {
    await store.put(state('MIA', at(9)), { TargetStores: ['OfflineStore'] });
    expect(await store.get('MIA')).toBeUndefined();
    const name = await store.create({ FeatureGroupName: 'online', OfflineStoreConfig: undefined, RoleArn: undefined });
    await expect(store.put(state('MIA', at(9)), { TargetStores: ['OfflineStore'] }, name)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('[OfflineStore] of FeatureGroup'),
    });
  });
});
