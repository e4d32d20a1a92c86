import type { Platform } from '../../platform';
import type { Destination } from './configuration';
import type { FirehoseRoles } from './role-session';

/** "Monitor Amazon Data Firehose Using CloudWatch Logs": codes and messages of Amazon S3's delivery errors. */
const KNOWN: readonly (readonly [RegExp, string, string])[] = [
  [
    /AccessDenied/,
    'S3.AccessDenied',
    'Access was denied. Ensure that the trust policy for the provided IAM role allows Firehose to assume the role, and the access policy allows access to the S3 bucket.',
  ],
  [
    /NoSuchBucket/,
    'S3.NoSuchBucket',
    'The specified bucket does not exist. Create the bucket or use a different bucket that does exist.',
  ],
  [
    /EntityNotFound/,
    'DataFormatConversion.EntityNotFound',
    'The specified table/database could not be found. Please ensure that the table/database exists and that the values provided in the schema configuration are correct, especially with regards to casing.',
  ],
];
const OTHER = [
  'InternalError',
  'An internal error occurred while attempting to deliver data. Delivery will be retried; if the error persists, then it will be reported to AWS for resolution.',
] as const;

/** Writes a delivery error into the stream's log, if it has one and its role may. */
export function logFailure(
  platform: Platform,
  roles: FirehoseRoles,
  destination: Destination,
  streamArn: string,
  error: Error,
): void {
  const { Enabled, LogGroupName: group = '', LogStreamName: stream = '' } = destination.CloudWatchLoggingOptions ?? {};
  if (!Enabled) return;
  const { partition, region, accountId } = platform;
  const [errorCode, errorMessage] = KNOWN.find(([name]) => name.test(error.name))?.slice(1) ?? OTHER;
  try {
    platform.authorize('firehose error log', {
      principal: roles.principal(destination.RoleARN),
      action: 'logs:PutLogEvents',
      resource: `arn:${partition}:logs:${region}:${accountId}:log-group:${group}:log-stream:${stream}`,
    });
  } catch (denied) {
    platform.record({ kind: 'log-denied', summary: `${streamArn} cannot write its log: ${(denied as Error).message}` });
    return;
  }
  const message = {
    deliveryStreamARN: streamArn,
    destination: destination.BucketARN,
    deliveryStreamVersionId: 1,
    message: errorMessage,
    errorCode,
  };
  platform.log(group, stream, [JSON.stringify(message)]);
}
