import { keyThrough, sendsTo, writes, writesInParts } from '../duties';
import { duty, type RoleDuties, right } from '../duty';
import { buckets, keys } from '../vocabulary';
import { functionRole, roleOf, sagemakerRole } from './kinds';

const readsStream = duty(
  'reads the stream of departures',
  right(
    ['DescribeStream', 'GetShardIterator', 'GetRecords', 'ListShards'].map((name) => `kinesis:${name}`),
    '<Features/DeparturesStream>',
  ),
  keyThrough('kinesis', keys.data, 'kms:Decrypt'),
);

/** With streaming only. */
export const features: readonly RoleDuties[] = [
  roleOf(
    'firehose',
    'Features/LakeDeliveryRole',
    readsStream,
    writesInParts('raw', 'events/departures/*', 'events/undelivered/*'),
    duty(
      'finds the bucket and its unfinished uploads',
      right('s3:ListMultipartUploadParts', [
        `${buckets.raw}/events/departures/*`,
        `${buckets.raw}/events/undelivered/*`,
      ]),
      // Firehose sends no prefix.
      right(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], buckets.raw),
    ),
    duty(
      'reads the schema of the events',
      right(
        ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
        [
          'glue:catalog',
          'glue:database/mla_blueprint_flight_disruption',
          'glue:table/mla_blueprint_flight_disruption/departure_events',
        ],
      ),
    ),
    duty('writes its errors', right('logs:PutLogEvents', '<Features/LakeDeliveryErrors>:log-stream:lake')),
  ),
  functionRole(
    'Features/TrackingTrackRole',
    readsStream,
    duty(
      'writes flights',
      right('dynamodb:UpdateItem', '<Features/FlightsTable>'),
      keyThrough('dynamodb', keys.data, 'kms:Decrypt'),
    ),
    sendsTo('<Features/TrackingRefusedQueue>'),
  ),
  sagemakerRole(
    'Features/AirportStateRole',
    writes('curated', 'features/airport-state/*'),
    // SageMaker checks both when the feature group is created.
    duty(
      'gives its objects to the owner of the bucket',
      right('s3:PutObjectAcl', `${buckets.curated}/features/airport-state/*`),
      right('s3:GetBucketAcl', buckets.curated),
    ),
  ),
  functionRole(
    'Features/StateWriterWriteRole',
    duty(
      'reads flights',
      right('dynamodb:Query', '<Features/FlightsTable>/index/by-schedule'),
      keyThrough('dynamodb', keys.data, 'kms:Decrypt'),
    ),
    duty(
      'writes the state of airports',
      right(
        ['sagemaker:BatchWriteRecord', 'sagemaker:PutRecord'],
        'sagemaker:feature-group/mla-blueprint-airport-state',
      ),
      keyThrough('sagemaker', keys.data, 'kms:Decrypt'),
    ),
    sendsTo('<Features/StateWriterMissedQueue>'),
  ),
];
