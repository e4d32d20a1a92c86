import { bucket, glueJob, key, logGroup, objectOfStranger, role, viaS3 } from './arns';
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
  'DataLake/TrainingSetJobRole': [
    {
      sentence: 'change a curated file',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read what was delivered',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
    { sentence: 'decrypt data outside S3', action: 'kms:Decrypt', resource: `${key}{Foundation/KeysData}` },
    { sentence: "copy data to somebody else's bucket", action: 's3:PutObject', resource: objectOfStranger },
  ],
  'DataLake/TrainingSetQualityRole': [
    {
      sentence: 'mend the rows that it judges',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CuratedBucket}/training-set/one.parquet`,
    },
    {
      sentence: 'read what is not the training set',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    { sentence: 'decrypt data outside S3', action: 'kms:Decrypt', resource: `${key}{Foundation/KeysData}` },
  ],
  'DataLake/TrainingSetStateMachineRole': [
    { sentence: 'run another job', action: 'glue:StartJobRun', resource: `${glueJob}somebody-elses` },
    {
      sentence: "judge with the job's role, which can write",
      action: 'iam:PassRole',
      resource: `${role}{DataLake/TrainingSetJobRole}`,
      context: { 'iam:PassedToService': 'glue.amazonaws.com' },
    },
    {
      sentence: 'read the training set',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/training-set/one.parquet`,
    },
  ],
};
