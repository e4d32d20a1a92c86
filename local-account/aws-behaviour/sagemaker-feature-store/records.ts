import type { Behaviour, Source } from '../behaviour';

const RECORDS = 'local-account/test/sagemaker/feature-store-records.test.ts';
const OFFLINE_STORE = 'local-account/test/sagemaker/feature-store-offline.test.ts';
const GROUPS = 'local-account/test/sagemaker/feature-store-groups.test.ts';
const MODEL = (of: string): Source => ({
  repository: 'boto/botocore',
  at: `botocore/data/sagemaker-featurestore-runtime/2020-07-01/service-2.json: documentation of ${of}`,
});
const QUOTAS: Source = {
  page: 'Quotas, naming rules and data types - Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-quotas.html',
};
const OFFLINE: Source = {
  page: 'Amazon SageMaker Feature Store offline store data format - Amazon SageMaker AI',
  url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html',
};
const CONNECTOR: Source = {
  repository: 'aws/sagemaker-feature-store-spark',
  at: 'scala-spark-sdk: FeatureStoreManager.scala (batchIngestIntoOfflineStore), InputDataSchemaValidator.scala, FeatureGroupHelper.scala',
};
const runtime = (...operations: string[]): string[] =>
  operations.map((operation) => `sagemaker-featurestore-runtime:${operation}`);

/** Records: what is taken, what is kept, and how the offline store looks. */
export const records: readonly Behaviour[] = [
  {
    id: 'sagemaker-feature-store/runtime-answers-validation-error',
    subjects: runtime('PutRecord', 'GetRecord', 'BatchWriteRecord', 'ListRecords'),
    does: 'The runtime has a ValidationError of its own, also for a missing group where the operation has no ResourceNotFound (PutRecord, DeleteRecord).',
    sources: [
      { repository: 'aws/sagemaker-python-sdk', at: 'issue 2606: the error of PutRecord' },
      MODEL('the errors of each operation'),
    ],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/feature-store/record-values.ts',
      'local-account/sagemaker/feature-store/found-group.ts',
      'local-account/sagemaker/feature-store/runtime.ts',
    ],
    tests: [
      { file: RECORDS, title: 'are not found in a group that is not there' },
      { file: RECORDS, title: 'are listed page by page, those that were deleted softly on request' },
    ],
  },
  {
    id: 'sagemaker-feature-store/event-times',
    subjects: runtime('PutRecord', 'DeleteRecord'),
    does: 'A String event time is ISO-8601 in UTC, to the second, the millisecond or the nanosecond; a Fractional one has seconds since the epoch. Both are within the years 0 to 9999. The words are ours.',
    sources: [QUOTAS, MODEL('CreateFeatureGroup (control plane), EventTimeFeatureName')],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/feature-store/event-time.ts',
      'local-account/sagemaker/feature-store/record-values.ts',
    ],
    tests: [
      { file: RECORDS, title: 'are refused with %s' },
      { file: OFFLINE_STORE, title: 'takes event times in seconds, too' },
    ],
  },
  {
    id: 'sagemaker-feature-store/records-fit-the-definitions',
    subjects: runtime('PutRecord', 'BatchWriteRecord', 'UpdateRecord', 'GetRecord', 'BatchGetRecord'),
    does: "A record has the record identifier, the event time and defined features only, each at most once. Integral is a signed number of 64 bits, Fractional a number of double precision; NaN is refused, as AWS's connector for Spark does. The words are ours.",
    sources: [QUOTAS, CONNECTOR],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/record-values.ts'],
    tests: [{ file: RECORDS, title: 'are refused with %s' }],
  },
  {
    id: 'sagemaker-feature-store/sizes',
    subjects: runtime('PutRecord', 'BatchWriteRecord', 'DeleteRecord'),
    does: 'A record has at most 350 KB, its identifier at most 2 KB. What counts is not documented: here the values and the names of the features that have one. The words are ours.',
    sources: [QUOTAS],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/record-values.ts'],
    tests: [{ file: RECORDS, title: 'are refused with %s' }],
  },
  {
    id: 'sagemaker-feature-store/newest-event-time-stays-online',
    subjects: runtime('PutRecord', 'BatchWriteRecord'),
    does: 'A record with a greater event time replaces the one in the online store as a whole; any other goes to the offline store only.',
    sources: [MODEL('PutRecord')],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/feature-store/online-store.ts',
      'local-account/sagemaker/feature-store/write-record.ts',
    ],
    tests: [{ file: RECORDS, title: 'are replaced as a whole by a later event time, and by no other' }],
  },
  {
    id: 'sagemaker-feature-store/deleted-records',
    subjects: runtime('DeleteRecord'),
    does: 'A soft deletion hides the record and keeps the time of its deletion; a hard one removes it, and is refused when it is not later than the record. Each appends a marker to the offline store: identifier, time of the deletion, is_deleted, nothing else. A soft deletion that is too early appends its marker only.',
    sources: [MODEL('DeleteRecord')],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/feature-store/delete-record.ts',
      'local-account/sagemaker/feature-store/record-stores.ts',
    ],
    tests: [
      { file: RECORDS, title: 'are deleted softly or whole, but not by an earlier time' },
      { file: OFFLINE_STORE, title: 'has a marker for each deletion, with the time of the deletion and nothing else' },
    ],
  },
  {
    id: 'sagemaker-feature-store/time-to-live',
    subjects: runtime('PutRecord', 'GetRecord'),
    does: 'A record expires at its event time plus its own time to live, or that of the group; it is then deleted as a whole, and the offline store gets a marker. That it is hidden at once, and that the marker has the time of expiry as its event time, is our reading: the page says both "immediately" and "within a few days".',
    sources: [
      {
        page: 'Time to live (TTL) duration for records - Amazon SageMaker AI',
        url: 'https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-time-to-live.html',
      },
    ],
    sure: 'possible',
    enforcedBy: [
      'local-account/sagemaker/feature-store/online-store.ts',
      'local-account/sagemaker/feature-store/record-stores.ts',
    ],
    tests: [{ file: RECORDS, title: 'expire: by their own time to live, or by that of the group' }],
  },
  {
    id: 'sagemaker-feature-store/target-stores',
    subjects: runtime('PutRecord', 'BatchWriteRecord', 'DeleteRecord', 'UpdateRecord', 'GetRecord'),
    does: "A request that names a store which the group does not have is refused. The words are those of AWS's connector for Spark.",
    sources: [CONNECTOR, MODEL('TargetStores')],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/found-group.ts'],
    tests: [{ file: RECORDS, title: 'go to the stores that they name' }],
  },
  {
    id: 'sagemaker-feature-store/batches',
    subjects: runtime('BatchGetRecord', 'BatchWriteRecord'),
    does: 'BatchGetRecord asks for at most 100 records in all. An identifier or entry that is wrong is among the errors and does not keep the others from being served.',
    sources: [QUOTAS, MODEL('BatchGetRecordError, BatchWriteRecordError')],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/batches.ts'],
    tests: [
      { file: RECORDS, title: 'are written entry by entry: one that is wrong is returned with its error' },
      { file: RECORDS, title: 'are read with what is there, and an error for each record of a group that is not' },
    ],
  },
  {
    id: 'sagemaker-feature-store/batch-write-needs-put-record',
    subjects: runtime('BatchWriteRecord'),
    does: 'BatchWriteRecord needs sagemaker:BatchWriteRecord and sagemaker:PutRecord on each of its groups.',
    sources: [
      {
        repository: 'aws/sagemaker-python-sdk',
        at: 'sagemaker-mlops/src/sagemaker/mlops/feature_store/feature_utils.py: ingest_dataframe, use_batch_write_record',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/gateway/calls/feature-store.ts'],
    tests: [{ file: GROUPS, title: 'let in who may, by group, and by feature' }],
  },
  {
    id: 'sagemaker-feature-store/updates-are-authorized-as-puts',
    subjects: runtime('UpdateRecord'),
    does: 'UpdateRecord is authorized as sagemaker:PutRecord with sagemaker:IsUpdateRecord true and the names of the features in sagemaker:UpdatableFeatures; a plain PutRecord has IsUpdateRecord false.',
    sources: [
      {
        page: 'Actions, resources, and condition keys for Amazon SageMaker - Service Authorization Reference',
        url: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html',
      },
    ],
    sure: 'certain',
    enforcedBy: ['local-account/gateway/calls/feature-store.ts'],
    tests: [{ file: GROUPS, title: 'let in who may, by group, and by feature' }],
  },
  {
    id: 'sagemaker-feature-store/partial-updates',
    subjects: runtime('UpdateRecord'),
    does: "At most 100 features of a record that is there, in a group of the type Standard_V2 or InMemory. An event time older than the record's is a ConflictException; without one, the record keeps its own; a time to live needs one. That the offline store gets the whole record is our reading.",
    sources: [MODEL('UpdateRecord')],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/feature-store/update-record.ts'],
    tests: [{ file: RECORDS, title: 'change single features where the group is of the second standard type' }],
  },
  {
    id: 'sagemaker-feature-store/offline-store-layout',
    subjects: ['sagemaker:CreateFeatureGroup', ...runtime('PutRecord')],
    does: 'Files are at <S3Uri>/<account>/sagemaker/<region>/offline-store/<group>-<seconds of its creation>/data/year=/month=/day=/hour=/<latest event time>_<16 letters and digits>.parquet, by the hour of the event time.',
    sources: [OFFLINE],
    sure: 'certain',
    enforcedBy: [
      'local-account/sagemaker/feature-store/offline-file.ts',
      'local-account/sagemaker/feature-store/create-feature-group.ts',
    ],
    tests: [
      {
        file: OFFLINE_STORE,
        title: 'has every record within 15 minutes, in Parquet files by the hour of their event time',
      },
    ],
  },
  {
    id: 'sagemaker-feature-store/offline-store-columns',
    subjects: [...runtime('PutRecord'), 'sagemaker:CreateFeatureGroup'],
    does: "A row has a column for each feature (Integral: 64 bits, Fractional: double), then write_time, api_invocation_time and is_deleted. That times are milliseconds in UTC and that files are not compressed follows AWS's connector for Spark as far as it says.",
    sources: [OFFLINE, CONNECTOR],
    sure: 'likely',
    enforcedBy: [
      'local-account/sagemaker/feature-store/offline-table.ts',
      'local-account/sagemaker/feature-store/catalog-table.ts',
    ],
    tests: [
      {
        file: OFFLINE_STORE,
        title: 'has every record within 15 minutes, in Parquet files by the hour of their event time',
      },
    ],
  },
  {
    id: 'sagemaker-feature-store/offline-store-is-written-later',
    subjects: runtime('PutRecord', 'DeleteRecord'),
    does: 'Records are buffered and written to S3 within 15 minutes, several to a file.',
    sources: [OFFLINE],
    sure: 'certain',
    enforcedBy: ['local-account/sagemaker/feature-store/offline-writer.ts'],
    tests: [
      {
        file: OFFLINE_STORE,
        title: 'has every record within 15 minutes, in Parquet files by the hour of their event time',
      },
    ],
  },
  {
    id: 'sagemaker-feature-store/offline-store-is-blocked',
    subjects: ['sagemaker:DescribeFeatureGroup'],
    does: 'OfflineStoreStatus is Blocked, with a reason, when records could not be replicated to the offline store. That they are kept and written later is our reading.',
    sources: [
      {
        repository: 'boto/botocore',
        at: 'botocore/data/sagemaker/2017-07-24/service-2.json: documentation of OfflineStoreStatus',
      },
    ],
    sure: 'likely',
    enforcedBy: ['local-account/sagemaker/feature-store/record-stores.ts'],
    tests: [{ file: OFFLINE_STORE, title: 'is blocked while its role may not write, and loses nothing' }],
  },
];
