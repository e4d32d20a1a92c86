import { bucket, key, logGroup, objectOfStranger, viaS3 } from './arns';
import type { NegativeCases } from './negative-case';

export const dataLakeCases: NegativeCases = {
  'DataLake/AuditTrailLogsRole': [
    {
      sentence: 'write into another log group',
      action: 'logs:PutLogEvents',
      resource: `${logGroup}{DataLake/EmptyingLogs}:log-stream:any`,
    },
    {
      sentence: 'delete what it has recorded',
      action: 'logs:DeleteLogStream',
      resource: `${logGroup}{DataLake/AuditTrailLogs}:log-stream:{account}_CloudTrail_{region}`,
    },
    {
      sentence: 'shorten how long the record is kept',
      action: 'logs:PutRetentionPolicy',
      resource: `${logGroup}{DataLake/AuditTrailLogs}:*`,
    },
  ],
  'DataLake/BatchIngestCurateRole': [
    {
      sentence: 'change what was delivered',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    {
      sentence: 'delete a curated file',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read the audit trail',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/AuditBucket}/AWSLogs/{account}/one.json.gz`,
    },
    { sentence: 'decrypt data outside S3', action: 'kms:Decrypt', resource: `${key}{Foundation/KeysData}` },
    { sentence: "copy data to somebody else's bucket", action: 's3:PutObject', resource: objectOfStranger },
  ],
  'DataLake/CustomS3AutoDeleteObjectsCustomResourceProviderRole': [
    {
      sentence: 'read what it deletes',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    {
      sentence: 'delete from a bucket that is not of these stacks',
      action: 's3:DeleteObject',
      resource: objectOfStranger,
    },
    {
      sentence: 'decrypt',
      action: 'kms:Decrypt',
      resource: `${key}{Foundation/KeysData}`,
      context: { 'kms:ViaService': viaS3 },
    },
  ],
};
